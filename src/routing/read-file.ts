import { Ajv, type ErrorObject } from 'ajv'
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { missingNames, type Path } from './file-names.ts'
import { routingFileSchema, type RoutingFile } from './file-schema.ts'

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile<RoutingFile>(routingFileSchema)

/**
 * Reads a routing file.
 * @returns what it says, or what is wrong with it: a line each, with the line number, the path and what is allowed
 */
export function readRoutingFile(text: string): RoutingFile | string[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: isSameKey })
  if (document.errors.length > 0) {
    return document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`)
  }
  let file: unknown
  try {
    file = document.toJS() ?? {}
  } catch (error) {
    return [`an alias cannot be followed: ${(error as Error).message}`]
  }
  if (validate(file)) {
    const missing = missingNames(file)
    return missing.length === 0 ? file : missing.map(([path, problem]) => explain(document, lines, path, problem))
  }
  // What a "oneOf" could have been is one mistake, not three.
  const errors = (validate.errors ?? []).filter(({ schemaPath }) => !/\/oneOf\/\d/.test(schemaPath))
  return errors.map((error) => explain(document, lines, pathOf(error), describe(error)))
}

/** `1` and `'1'` are one key: the later would take the place of the earlier in silence. */
function isSameKey(a: unknown, b: unknown): boolean {
  return a === b || (isScalar(a) && isScalar(b) && String(a.value) === String(b.value))
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

/** Of the innermost part of the path that the file has; of a setting, where its name stands. */
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
