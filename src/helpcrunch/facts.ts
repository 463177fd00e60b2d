import type { ChatFacts, CustomerId } from '../domain.ts'
import { asId, asObject, asText, isObject, type Json } from './fields.ts'

/** Longer texts are matched by their beginning, and no list is longer than this: whoever writes cannot make us slow. */
const MAX_TEXT_LENGTH = 2000
const MAX_ENTRIES = 50
const MAX_NAME_LENGTH = 100

/**
 * What a webhook or an API answer tells of a chat beyond its state. HelpCrunch documents few of these fields, so each is
 * taken where it has been seen or is likely to be, and is empty where it is not.
 */
export function readFacts(type: string, data: Json): ChatFacts {
  const customer = asObject(data.customer)
  const message = asObject(data.message)
  const createdWith = asText(data.createdWith) ?? ''
  return {
    customerId: asId<CustomerId>(customer.id),
    channel: type.startsWith('message.email') || /e-?mail/i.test(createdWith) ? 'email' : 'chat',
    applicationId: asId(data.applicationId) ?? asId(message.applicationId),
    language: asText(customer.language) ?? asText(customer.locale) ?? asText(customer.lang),
    tags: readTags(customer.tagsData ?? customer.tags),
    attributes: readAttributes(customer.attributes ?? customer.customData),
    text: (asText(message.text) ?? asText(data.lastMessageText) ?? '').slice(0, MAX_TEXT_LENGTH),
  }
}

/** `["vip"]` and `[{"name": "vip"}]`. */
function readTags(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_ENTRIES).flatMap((tag) => shorten(asText(isObject(tag) ? tag.name : tag)) ?? [])
}

/** `{"plan": "gold"}` and `[{"name": "plan", "value": "gold"}]`. */
function readAttributes(value: unknown): Record<string, string> {
  const entries = Array.isArray(value)
    ? value.map((entry) => [asText(asObject(entry).name), asObject(entry).value])
    : Object.entries(asObject(value))
  const read = entries.slice(0, MAX_ENTRIES).flatMap(([name, of]) => {
    const key = shorten(asText(name))
    const known = typeof of === 'string' || typeof of === 'number' || typeof of === 'boolean'
    return key === null || !known ? [] : [[key, shorten(String(of)) ?? ''] as const]
  })
  return Object.fromEntries(read)
}

function shorten(text: string | null): string | null {
  return text === null ? null : text.slice(0, MAX_NAME_LENGTH)
}
