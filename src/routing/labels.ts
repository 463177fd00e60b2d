import type { LabelFacts } from '../decision.ts'
import type { Channel, ChatFacts, CustomerFacts } from '../domain.ts'
import { isInRange, isSameValue, isWithinDays } from './attributes.ts'
import type { RoutingFile } from './file-schema.ts'

type Labels = RoutingFile['labels']
type Label = NonNullable<Labels>[string]

/** The conditions that need the customer's record. */
const OF_CUSTOMER = [
  'language',
  'tags',
  'attributes',
  'country',
  'company',
  'createdFrom',
  'page',
  'customerSince',
] as const satisfies (keyof Label)[]

/**
 * The names of the labels whose conditions all hold. An unknown fact fulfils no condition: when more is known, call
 * this again, and replace the earlier labels.
 */
export function labelsFor(labels: Labels, facts: LabelFacts): string[] {
  return Object.entries(labels ?? {}).flatMap(([name, label]) => (holds(name, label, facts) ? [name] : []))
}

/** The labels of an event alone. */
export function labelsOf(labels: Labels, facts: ChatFacts, customer: CustomerFacts | null = null): string[] {
  return labelsFor(labels, {
    channel: channelFrom(facts.channel, customer),
    applicationId: facts.applicationId,
    isBroadcastReply: facts.isBroadcastReply ?? false,
    saidLabels: labelsSaidIn(labels, facts.text),
    customer: customer ?? customerToldBy(facts),
  })
}

/**
 * The names of the labels with a phrase in this text. Phrases are not patterns, and the text was cut, so no message can
 * make the search slow.
 */
export function labelsSaidIn(labels: Labels, text: string): string[] {
  const folded = fold(text)
  return Object.entries(labels ?? {}).flatMap(([name, label]) =>
    label.text?.some((phrase) => folded.includes(fold(phrase))) === true ? [name] : [],
  )
}

/** The customer's channel. An e-mail stays an e-mail, whichever messenger its customer once came from. */
export function channelFrom(said: Channel | null, customer: CustomerFacts | null): Channel | null {
  return said === 'email' ? said : (customer?.messenger ?? said)
}

/** Whether a label needs the customer's record, which costs a request. */
export function labelNeedsCustomer(label: Label): boolean {
  const isOfMessenger = label.channel?.some((channel) => channel !== 'chat' && channel !== 'email') ?? false
  return isOfMessenger || OF_CUSTOMER.some((condition) => label[condition] !== undefined)
}

function holds(name: string, label: Label, facts: LabelFacts): boolean {
  const { channel, application, broadcastReply, text } = label
  return (
    (channel === undefined || channel.some((each) => isOfChannel(each, facts.channel))) &&
    (application === undefined || application.includes(facts.applicationId ?? 0)) &&
    (broadcastReply === undefined || broadcastReply === facts.isBroadcastReply) &&
    (text === undefined || facts.saidLabels.includes(name)) &&
    holdsForCustomer(label, facts.customer)
  )
}

function holdsForCustomer(label: Label, customer: CustomerFacts | null): boolean {
  const { language, tags, attributes, country, company, createdFrom, page, customerSince } = label
  if (customer === null) return OF_CUSTOMER.every((condition) => label[condition] === undefined)
  return (
    (language === undefined || language.some((each) => isOfLanguage(each, customer.locale))) &&
    (tags === undefined || isAnyOf(tags, customer.tags)) &&
    (country === undefined || isAnyOf(country, [customer.countryCode])) &&
    (company === undefined || isAnyOf(company, [customer.company])) &&
    (createdFrom === undefined || isAnyOf(createdFrom, [customer.createdFrom])) &&
    (page === undefined || page.some((part) => fold(customer.lastPage ?? '').includes(fold(part)))) &&
    (customerSince === undefined || isWithinDays(customerSince, (customer.createdAt ?? Number.NaN) / 1000)) &&
    Object.entries(attributes ?? {}).every(([name, wanted]) => {
      const value = customer.attributes[name]
      if (value === undefined) return false
      return Array.isArray(wanted) ? wanted.some((each) => isSameValue(each, value)) : isInRange(wanted, value)
    })
  )
}

/** Whether the channel is the wanted one. A messenger counts as `chat`, and so does an unknown channel. */
function isOfChannel(wanted: Channel, channel: Channel | null): boolean {
  return wanted === 'chat' ? channel !== 'email' : wanted === channel
}

/**
 * Whether the locale is of the wanted language. `fr` is French of any region, `fr-CA` of one; HelpCrunch's `fr_CA` is
 * the same.
 */
function isOfLanguage(wanted: string, locale: string | null): boolean {
  const [tag, found] = [wanted, locale ?? ''].map((text) => text.toLowerCase().replaceAll('_', '-'))
  return found === tag || found?.startsWith(`${tag}-`) === true
}

/** The customer's facts in an event, if it has more of them than is documented; else `null`. */
function customerToldBy({ language, tags, attributes }: ChatFacts): CustomerFacts | null {
  if (language === null && tags.length === 0 && Object.keys(attributes).length === 0) return null
  return {
    locale: language,
    tags,
    attributes,
    createdFrom: null,
    messenger: null,
    company: null,
    countryCode: null,
    createdAt: null,
    lastPage: null,
    isBlocked: false,
  }
}

function isAnyOf(wanted: readonly string[], found: readonly (string | null)[]): boolean {
  return wanted.some((each) => found.some((other) => other !== null && fold(each) === fold(other)))
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}
