import type { AttributeValue, CustomerFacts, Messenger } from '../domain.ts'
import { asFlag, asObject, asText, asTime, isObject, type Json } from './fields.ts'

/** The longest list and the longest value, so that a customer's record cannot make a decision slow. */
const MAX_ENTRIES = 100
const MAX_LENGTH = 100
const MAX_ADDRESS_LENGTH = 500
/** The messengers' names in `createdFrom`: `telegram` is documented; for the others all likely spellings match. */
const MESSENGERS: readonly (readonly [RegExp, Messenger])[] = [
  [/telegram/i, 'telegram'],
  [/viber/i, 'viber'],
  [/facebook|messenger|^fb$/i, 'facebook'],
  [/instagram/i, 'instagram'],
  [/whats-?_?app/i, 'whatsapp'],
]
/** Attributes that identify a person, by their name or value. */
const PERSONAL_NAME = /e-?mail|phone|^(?:first|last|full|user|sur|middle)?[ _-]?name$/i
const PERSONAL_VALUE = /\S@\S|^\s*\+\d[\d\s().-]{6,}$/

/** Reads the customer of an API answer or a customer event, without anything that identifies the person. */
export function readCustomer(customer: Json): CustomerFacts {
  const createdFrom = shorten(asText(customer.createdFrom))
  return {
    tags: readTags(customer.tags ?? customer.tagsData),
    attributes: readAttributes(customer.customData ?? customer.attributes),
    locale: shorten(asText(customer.locale) ?? asText(customer.language)),
    createdFrom,
    messenger: MESSENGERS.find(([spelling]) => createdFrom !== null && spelling.test(createdFrom))?.[1] ?? null,
    company: readCompany(customer.company),
    countryCode: asText(asObject(customer.location).countryCode)?.slice(0, 2).toUpperCase() ?? null,
    createdAt: asTime(customer.createdAt),
    lastPage: readAddress(customer.lastPage),
    isBlocked: asFlag(customer.blocked) ?? false,
  }
}

/** Whether an attribute of this name is left out because it identifies the customer. */
export function isPersonalAttribute(name: string): boolean {
  return PERSONAL_NAME.test(name)
}

/** Reads `[{"name": "vip", "color": "red"}]` or `["vip"]`. */
export function readTags(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_ENTRIES).flatMap((tag) => shorten(asText(isObject(tag) ? tag.name : tag)) ?? [])
}

/** Reads `{"plan": "gold"}`, the older `[{"property": "plan", "value": "gold"}]`, or the same with `name`. */
export function readAttributes(value: unknown): Record<string, AttributeValue> {
  const entries: (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((entry) => [asObject(entry).property ?? asObject(entry).name, asObject(entry).value] as const)
    : Object.entries(asObject(value))
  return Object.fromEntries(entries.slice(0, MAX_ENTRIES).flatMap(([name, of]) => readAttribute(name, of)))
}

function readAttribute(name: unknown, value: unknown): [string, AttributeValue][] {
  const key = shorten(asText(name))
  if (key === null || isPersonalAttribute(key)) return []
  if (typeof value === 'number' || typeof value === 'boolean') return [[key, value]]
  if (typeof value !== 'string' || PERSONAL_VALUE.test(value)) return []
  return [[key, value.slice(0, MAX_LENGTH)]]
}

/** Reads the company; some people write an e-mail address or a number there. */
function readCompany(value: unknown): string | null {
  const company = asText(value)
  return company === null || PERSONAL_VALUE.test(company) ? null : shorten(company)
}

/**
 * Reads an address, or the object with an address under `url`. Drops the query, a login, and parts of the path that
 * name a mailbox.
 */
function readAddress(value: unknown): string | null {
  const text = asText(isObject(value) ? value.url : value)
  return (
    text
      ?.slice(0, MAX_ADDRESS_LENGTH)
      .replace(/[?#].*$/s, '')
      .replace(/\/\/[^/]*@/, '//')
      .replace(/\/[^/]*(?:@|%40)[^/]*/gi, '/-') || null
  )
}

function shorten(text: string | null): string | null {
  return text === null ? null : text.slice(0, MAX_LENGTH)
}
