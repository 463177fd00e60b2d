import { isEmptyRange } from './attributes.ts'
import type { RoutingFile } from './file-schema.ts'

type Label = NonNullable<RoutingFile['labels']>[string]

/** Finds labels that no chat can have; a sentence each. */
export function reviewLabels({ labels = {} }: RoutingFile): string[] {
  return Object.entries(labels).flatMap(([name, label]) =>
    findingsOf(label).map((finding) => `labels.${name}.${finding}, so no chat gets this label`),
  )
}

function findingsOf(label: Label): string[] {
  const { language = [], country = [], page = [], attributes = {}, customerSince = {} } = label
  const findings: string[] = []
  const values = [
    ...Object.entries(label),
    ...Object.entries(attributes).map(([name, wanted]) => [`attributes.${name}`, wanted] as const),
  ]
  for (const [condition, of] of values) {
    if (Array.isArray(of) && of.length === 0) findings.push(`${condition}: has no values`)
  }
  if (isNever(language, LANGUAGE))
    findings.push(`language: ${quote(language)} is no code of a language, such as fr or fr-CA`)
  if (isNever(country, COUNTRY)) findings.push(`country: ${quote(country)} is no code of two letters, such as UA`)
  if (isNever(page, PATH)) findings.push('page: a query (?) or fragment (#) of an address is not read')
  for (const [name, wanted] of Object.entries(attributes)) {
    if (!Array.isArray(wanted) && isEmptyRange(wanted)) findings.push(`attributes.${name}: no value is in this range`)
  }
  if (isEmptyRange(customerSince)) findings.push('customerSince: no day is in this range')
  return findings
}

const LANGUAGE = /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i
const COUNTRY = /^[a-z]{2}$/i
const PATH = /^[^?#]+$/

/** Whether a condition is impossible: since any value suffices, all of them have to be. */
function isNever(values: readonly string[], pattern: RegExp): boolean {
  return values.length > 0 && !values.some((value) => pattern.test(value))
}

function quote(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(', ')
}
