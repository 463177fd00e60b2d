import { LineCounter, parseDocument, visit } from 'yaml'

/**
 * Parses YAML that may hold keys. Every value stays text as in the file, so that a key of digits does not become a
 * number.
 * @returns the content, or where it cannot be read
 */
export function parseSecretYaml(text: string): { value: unknown } | { mistakes: string[] } {
  const lines = new LineCounter()
  // Without stringKeys, `apiKey: {{KEY}}` would print a warning with the key on standard error.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'failsafe',
    stringKeys: true,
  })
  const mistakes = new Set<string>()
  function complain(position: number, problem: string): void {
    const { line, col } = lines.linePos(position)
    mistakes.add(`line ${line}, column ${col}: ${problem}`)
  }
  for (const { code, pos } of [...document.errors, ...document.warnings]) {
    // The parser's own message may contain part of a key.
    complain(pos[0], `not YAML (${code.toLowerCase().replaceAll('_', ' ')})`)
  }
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) complain(alias.range?.[0] ?? 0, 'an alias (*) without its anchor (&)')
    },
  })
  if (mistakes.size > 0) return { mistakes: [...mistakes] }
  // Without the limit on aliases, which protects against untrusted files.
  return { value: document.toJS({ maxAliasCount: -1 }) ?? {} }
}
