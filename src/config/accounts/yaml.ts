import { LineCounter, parseDocument, visit } from 'yaml'

/**
 * Parses YAML that may hold keys. Every value stays the text that it is in the file, so that a key of digits is not taken
 * for a number.
 * @returns what it says, or where it cannot be read
 */
export function parseSecretYaml(text: string): { value: unknown } | { mistakes: string[] } {
  const lines = new LineCounter()
  // Without stringKeys, `apiKey: {{KEY}}` would be a warning with the key in it, on standard error.
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
    // The parser's own message may repeat what it found there: a piece of a key.
    complain(pos[0], `not YAML (${code.toLowerCase().replaceAll('_', ' ')})`)
  }
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined) complain(alias.range?.[0] ?? 0, 'an alias (*) without its anchor (&)')
    },
  })
  if (mistakes.size > 0) return { mistakes: [...mistakes] }
  // Without the limit that is meant for strangers' files.
  return { value: document.toJS({ maxAliasCount: -1 }) ?? {} }
}
