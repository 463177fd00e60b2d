import type { AttributeValue, CustomerFacts, Messenger } from '../domain.ts'
import { asFlag, asObject, asText, asTime, isObject, type Json } from './fields.ts'

/** No list is longer than this and no value either: a customer's record cannot make a decision slow. */
const MAX_ENTRIES = 100
const MAX_LENGTH = 100
const MAX_ADDRESS_LENGTH = 500
/** How `createdFrom` names the messengers: `telegram` is documented, the others are spelled in every way that is likely. */
const MESSENGERS: readonly (readonly [RegExp, Messenger])[] = [
  [/telegram/i, 'telegram'],
  [/viber/i, 'viber'],
  [/facebook|messenger|^fb$/i, 'facebook'],
  [/instagram/i, 'instagram'],
  [/whats-?_?app/i, 'whatsapp'],
]
/** Attributes that say who a person is, by their name or by their value. */
const PERSONAL_NAME = /e-?mail|phone|^(?:first|last|full|user|sur|middle)?[ _-]?name$/i
const PERSONAL_VALUE = /\S@\S|^\s*\+\d[\d\s().-]{6,}$/

/** The customer of an API answer or of a customer event, without what says who they are. */
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

/** Whether an attribute of this name is left out, since it says who the customer is. */
export function isPersonalAttribute(name: string): boolean {
  return PERSONAL_NAME.test(name)
}

/** `[{"name": "vip", "color": "red"}]`, and `["vip"]`. */
export function readTags(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_ENTRIES).flatMap((tag) => shorten(asText(isObject(tag) ? tag.name : tag)) ?? [])
}

/** `{"plan": "gold"}`, the older `[{"property": "plan", "value": "gold"}]`, and the same with `name`. */
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

/** Some write an e-mail address or a number into it. */
function readCompany(value: unknown): string | null {
  const company = asText(value)
  return company === null || PERSONAL_VALUE.test(company) ? null : shorten(company)
}

/** An address, or the object with one under `url`: without its query, a login, and parts of its path that name a mailbox. */
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
