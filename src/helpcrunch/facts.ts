import type { Channel, ChatFacts, CustomerId } from '../domain.ts'
import { readCreatedWith } from './chat.ts'
import { readAttributes, readTags } from './customer.ts'
import { asId, asObject, asText, asTime, type Json } from './fields.ts'

/** The part of a text that is searched for phrases, so that a long message cannot make a decision slow. */
const MAX_TEXT_LENGTH = 2000

/**
 * Reads what a webhook or an API answer says of a chat beyond its state. Chat and message events have only the
 * customer's id, name, email and userId (docs.helpcrunch.com, Webhooks); tags and attributes are read in case they
 * come.
 */
export function readFacts(type: string, data: Json): ChatFacts {
  const customer = asObject(data.customer)
  const message = asObject(data.message)
  const createdWith = readCreatedWith(data)
  return {
    customerId: asId<CustomerId>(customer.id),
    channel: channelOf(type),
    applicationId: asId(data.applicationId) ?? asId(message.applicationId),
    isBroadcastReply: createdWith === undefined ? undefined : createdWith === 'broadcast_reply',
    language: asText(customer.language) ?? asText(customer.locale),
    tags: readTags(customer.tags ?? customer.tagsData),
    attributes: textsOf(readAttributes(customer.customData ?? customer.attributes)),
    text: (asText(message.text) ?? lastTextOfCustomer(data) ?? '').slice(0, MAX_TEXT_LENGTH),
  }
}

/**
 * The chat's last text if it is the customer's: the last message and the customer's last message are of the same
 * second.
 */
function lastTextOfCustomer(chat: Json): string | null {
  const [last, ofCustomer] = [asTime(chat.lastMessageAt), asTime(chat.lastCustomerMessageAt)]
  const isOfCustomer = last !== null && ofCustomer !== null && toSecond(last) === toSecond(ofCustomer)
  return isOfCustomer ? asText(chat.lastMessageText) : null
}

function toSecond(ms: number): number {
  return Math.floor(ms / 1000)
}

/** Only message events tell their channel. A chat event does not, and nothing is guessed. */
function channelOf(type: string): Channel | null {
  if (type.startsWith('message.email')) return 'email'
  return type.startsWith('message.chat') ? 'chat' : null
}

function textsOf(attributes: ReturnType<typeof readAttributes>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]))
}
