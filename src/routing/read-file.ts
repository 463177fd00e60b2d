import { Ajv, type ErrorObject } from 'ajv'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import { missingNames, type Path } from './file-names.ts'
import { routingFileSchema, type RoutingFile } from './file-schema.ts'

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile<RoutingFile>(routingFileSchema)

/** The most mistakes that are reported at once: finding the lines of thousands would take seconds. */
const MAX_MISTAKES = 20

/**
 * Reads a routing file.
 * @returns the file's content, or its mistakes: a line each, with the line number, the path and what is allowed
 */
export function readRoutingFile(text: string): RoutingFile | string[] {
  const lines = new LineCounter()
  // Not by the parser, which compares each key with every other.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
  const errors = document.errors.map(({ pos, message }) => ({ offset: pos[0], message }))
  const flaws = errors.length > 0 ? errors : repeatedKeys(document)
  if (flaws.length > 0) return firstOf(flaws, ({ offset, message }) => `line ${lines.linePos(offset).line}: ${message}`)
  let file: unknown
  try {
    file = document.toJS() ?? {}
  } catch (error) {
    return [`an alias cannot be followed: ${(error as Error).message}`]
  }
  if (validate(file)) {
    const missing = missingNames(file)
    return missing.length === 0 ? file : firstOf(missing, ([path, problem]) => explain(document, lines, path, problem))
  }
  // A failed `oneOf` is one mistake, not one for each alternative.
  const mistakes = (validate.errors ?? []).filter(({ schemaPath }) => !/\/oneOf\/\d/.test(schemaPath))
  return firstOf(mistakes, (error) => explain(document, lines, pathOf(error), describe(error)))
}

function firstOf<T>(mistakes: readonly T[], tell: (mistake: T) => string): string[] {
  const told = mistakes.slice(0, MAX_MISTAKES).map(tell)
  const left = mistakes.length - told.length
  return left === 0 ? told : [...told, `and ${left} more`]
}

/** Finds repeated keys: the later would silently replace the earlier. `1` and `'1'` are the same key. */
function repeatedKeys(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = []
  visit(document, {
    Map(_, { items }) {
      const names = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        const name = String(key.value)
        if (names.has(name)) found.push({ offset: key.range?.[0] ?? 0, message: 'Map keys must be unique' })
        names.add(name)
      }
    },
  })
  return found
}

function pathOf(error: ErrorObject): string[] {
  const parts = error.instancePath.split('/').slice(1)
  const path = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { additionalProperty } = error.params as { additionalProperty?: string }
  return additionalProperty === undefined ? path : [...path, additionalProperty]
}

function describe({ keyword, message = '', params, parentSchema }: ErrorObject): string {
  const hint = (parentSchema as { description?: string } | undefined)?.description
  if (keyword === 'additionalProperties') return 'is not a setting'
  if (keyword === 'enum') return `${message}: ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}`
  if (keyword === 'oneOf') return `is none of what is allowed here: ${hint ?? 'see routing.schema.json'}`
  return hint === undefined ? message : `${message}; ${hint}`
}

function explain(document: Document, lines: LineCounter, path: Path, problem: string): string {
  return `line ${lineOf(document, lines, path)}, ${path.join('.') || 'the file'}: ${problem}`
}

/** The line of the innermost part of the path that exists in the file; for a setting, the line of its name. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  let line = 1
  let node: unknown = document.contents
  for (const part of path) {
    let range: readonly number[] | null | undefined = null
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part)
      range = isScalar(pair?.key) ? pair.key.range : null
      node = pair?.value
    } else if (isSeq(node)) {
      node = node.items[Number(part)]
      range = isNode(node) ? node.range : null
    }
    if (range?.[0] === undefined) return line
    line = lines.linePos(range[0]).line
  }
  return line
}
