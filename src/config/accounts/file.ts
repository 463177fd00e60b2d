import { Ajv, type ErrorObject } from 'ajv'
import type { Environment } from '../config.ts'
import { replaceReferences } from './references.ts'
import { accountsFileSchema, type AccountsFile } from './schema.ts'
import { parseSecretYaml } from './yaml.ts'

// Converts numbers and sets defaults, as for the environment's variables.
const isAccountsFile = new Ajv({
  allErrors: true,
  strict: false,
  verbose: true,
  coerceTypes: true,
  useDefaults: true,
  formats: { address: (text: string) => URL.canParse(text) },
}).compile<AccountsFile>(accountsFileSchema)
const NAME = new RegExp(accountsFileSchema.properties.accounts.items.properties.name.pattern)

/**
 * Reads a file with several accounts.
 * @returns its content, with defaults set and references replaced; or all its mistakes, which contain no values, only
 * names
 */
export function readAccountsFile(text: string, environment: Environment): AccountsFile | string[] {
  const parsed = parseSecretYaml(text)
  if ('mistakes' in parsed) return parsed.mistakes
  const accounts = listIn(parsed.value)
  const labels = labelsOf(accounts)
  const mistakes = new Set<string>()
  const isTold = new Set<string>()
  const replaced = accounts.map((account, index) =>
    replaceReferences(account, environment, (property, problem) => {
      mistakes.add(`${labels[index]}: ${property} ${problem}`)
      isTold.add(`/accounts/${index}/${property}`)
    }),
  )
  const keys = replaced.map((account, index) =>
    isTold.has(`/accounts/${index}/apiKey`) ? undefined : textOf(account, 'apiKey'),
  )
  const file = accounts.length === 0 ? parsed.value : { ...(parsed.value as object), accounts: replaced }
  const isValid = isAccountsFile(file)
  for (const error of isAccountsFile.errors ?? [])
    if (!isTold.has(error.instancePath)) mistakes.add(explain(error, labels))
  for (const who of groupsOfSame(accounts.map(nameOf), labels)) mistakes.add(`${who} have the same name`)
  for (const who of groupsOfSame(keys, labels))
    mistakes.add(`${who} have the same apiKey, and would spend the same limit`)
  return isValid && mistakes.size === 0 ? file : [...mistakes]
}

function listIn(file: unknown): readonly unknown[] {
  const { accounts } = file as { accounts?: unknown }
  return Array.isArray(accounts) ? accounts : []
}

function textOf(account: unknown, property: string): string | undefined {
  const value = (account as Record<string, unknown> | null)?.[property]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The account's name. Text that cannot be a name may be a key in the wrong line, and is not repeated. */
function nameOf(account: unknown): string | undefined {
  const name = textOf(account, 'name')
  return name !== undefined && NAME.test(name) ? name : undefined
}

/** The labels of accounts in messages: the name if it is valid and unique. */
function labelsOf(accounts: readonly unknown[]): string[] {
  const names = accounts.map(nameOf)
  return names.map((name, index) =>
    name !== undefined && names.indexOf(name) === names.lastIndexOf(name)
      ? `account "${name}"`
      : `account ${index + 1} of the list${name === undefined ? '' : ` ("${name}")`}`,
  )
}

/** The labels of accounts with the same value, joined. */
function groupsOfSame(values: readonly (string | undefined)[], labels: readonly string[]): string[] {
  const groups = Map.groupBy(labels, (_label, index) => values[index])
  return Array.from(groups).flatMap(([value, group]) =>
    value === undefined || group.length === 1 ? [] : [group.join(' and ')],
  )
}

function explain({ instancePath, params, parentSchema, data }: ErrorObject, labels: readonly string[]): string {
  const [, list, index, property] = instancePath.split('/')
  const { missingProperty: missing, additionalProperty: unknown } = params as Record<string, string | undefined>
  const schema = parentSchema as { description?: string; properties?: Record<string, { description: string }> }
  const owner = index === undefined ? 'the file' : labels[Number(index)]
  if (unknown !== undefined) {
    // In `{apiKey: ,secret}` the value is in the place of a property, and in `{apiKey:secret}` it is part of the name.
    if ((data as Record<string, unknown>)[unknown] === null) return `${owner}: a value stands where a property should`
    return `${owner}: ${unknown.replace(/[^\w-].*/s, '…')} is not a setting`
  }
  if (missing !== undefined)
    return `${owner}: ${missing} is not set, it should be ${schema.properties?.[missing]?.description}`
  const subject = [owner, property ?? (index === undefined ? list : undefined)].filter((part) => part !== undefined)
  return `${subject.join(': ')} is not usable, it should be ${schema.description}`
}
