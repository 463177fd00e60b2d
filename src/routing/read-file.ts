import { Ajv, type ErrorObject } from 'ajv'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { routingFileSchema, type RoutingFile } from './file-schema.ts'

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile<RoutingFile>(routingFileSchema)

/**
 * Reads a routing file.
 * @returns what it says, or what is wrong with it: a line each, with the line number, the path and what is allowed
 */
export function readRoutingFile(text: string): RoutingFile | string[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    return document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`)
  }
  const file: unknown = document.toJS() ?? {}
  if (validate(file)) {
    const missing = missingNames(file)
    return missing.length === 0 ? file : missing.map(([path, problem]) => explain(document, lines, path, problem))
  }
  // What a "oneOf" could have been is one mistake, not three.
  const errors = (validate.errors ?? []).filter(({ schemaPath }) => !/\/oneOf\/\d/.test(schemaPath))
  return errors.map((error) => explain(document, lines, pathOf(error), describe(error)))
}

type Path = readonly string[]

/** Names that nothing in the file stands behind. */
function missingNames(file: RoutingFile): [Path, string][] {
  const shifts = Object.keys(file.shifts ?? {})
  const labels = Object.keys(file.labels ?? {})
  const found: [Path, string][] = []
  const check = (path: Path, name: string | undefined, known: readonly string[], what: string) => {
    if (name !== undefined && !known.includes(name))
      found.push([path, `there is no ${what} "${name}"; there are: ${known.join(', ') || 'none'}`])
  }
  check(['shift'], file.shift, shifts, 'shift')
  for (const [id, agent] of Object.entries(file.agents ?? {}))
    check(['agents', id, 'shift'], agent.shift, shifts, 'shift')
  for (const [index, { label }] of (file.needs ?? []).entries())
    check(['needs', String(index), 'label'], label, labels, 'label')
  for (const label of Object.keys(file.priorities ?? {})) check(['priorities', label], label, labels, 'label')
  for (const [name, { zone }] of Object.entries(file.shifts ?? {})) {
    if (!isTimeZone(zone))
      found.push([['shifts', name, 'zone'], `"${zone}" is not an IANA time zone such as Europe/Kyiv`])
  }
  return found
}

function isTimeZone(zone: string): boolean {
  try {
    return Temporal.Now.zonedDateTimeISO(zone).timeZoneId !== ''
  } catch {
    return false
  }
}

function pathOf(error: ErrorObject): string[] {
  const path = error.instancePath.split('/').slice(1)
  const { additionalProperty } = error.params as { additionalProperty?: string }
  return additionalProperty === undefined ? path : [...path, additionalProperty]
}

function describe({ keyword, message = '', params, parentSchema }: ErrorObject): string {
  const hint = (parentSchema as { description?: string } | undefined)?.description
  if (keyword === 'additionalProperties') return 'is not a setting'
  if (keyword === 'enum') return `${message}: ${(params as { allowedValues: unknown[] }).allowedValues.join(', ')}`
  if (keyword === 'oneOf') return `should be ${hint ?? 'something else'}`
  return hint === undefined ? message : `${message}; ${hint}`
}

function explain(document: Document, lines: LineCounter, path: Path, problem: string): string {
  return `line ${lineOf(document, lines, path)}, ${path.join('.') || 'the file'}: ${problem}`
}

/** Of the innermost part of the path that the file has. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const node = document.getIn(keys, true) as { range?: [number, number, number] } | undefined
    if (node?.range !== undefined) return lines.linePos(node.range[0]).line
  }
  return 1
}
