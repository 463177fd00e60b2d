import type { ChatPolicy } from '../decision.ts'
import type { AgentReference, Chat, ChatEvent, ChatFacts, ChatSnapshot, FoundChat, SaidOfChat } from '../domain.ts'
import type { Settlement } from './inputs.ts'
import type { SortedEvent, SortedFacts, SortedFound } from './records.ts'
import { change, changeOpen, customerOf, type ChatDraft, type Draft } from './draft.ts'

const TAKEN_BY_MACHINE_MS = 10_000

/** Turns texts, tags and attributes into labels; the texts, tags and attributes themselves are dropped here. */
function sortFacts(facts: ChatFacts, policy: ChatPolicy): SortedFacts {
  const { customerId, channel, applicationId, isBroadcastReply, language, tags, attributes, text } = facts
  const tellsOfCustomer = language !== null || tags.length > 0 || Object.keys(attributes).length > 0
  return {
    customerId,
    channel,
    applicationId,
    ...(isBroadcastReply === undefined ? {} : { isBroadcastReply }),
    said: text === '' ? [] : policy.labelsSaidIn(text),
    byCustomer: tellsOfCustomer ? policy.classify(facts) : [],
  }
}

/** Converts an event to the form that is stored. */
export function sortEvent(event: ChatEvent, policy: ChatPolicy): SortedEvent {
  const facts = sortFacts(event.facts, policy)
  if (event.kind === 'snapshot') return { ...event, facts, snapshot: sortSnapshot(event.snapshot, policy) }
  if (event.kind === 'customer message' || event.agent == null) return { ...event, facts }
  return { ...event, facts, agent: nameBot(event.agent, policy) }
}

/** Converts a chat from a search to the form that is stored. */
export function sortFound(found: FoundChat, policy: ChatPolicy): SortedFound {
  return { ...found, facts: sortFacts(found.facts, policy), snapshot: sortSnapshot(found.snapshot, policy) }
}

/** Converts the result of a step to the form that is stored. */
export function sortSettlement(settlement: Settlement, policy: ChatPolicy): Settlement {
  return 'snapshot' in settlement ? { ...settlement, snapshot: sortSnapshot(settlement.snapshot, policy) } : settlement
}

/** Drops the names of people and departments. A bot's name stays, because it identifies the bot. */
function sortSnapshot(snapshot: ChatSnapshot, policy: ChatPolicy): ChatSnapshot {
  const { assignee, communicatedAgents } = snapshot
  return {
    ...snapshot,
    departmentName: undefined,
    ...(assignee == null ? {} : { assignee: nameBot(assignee, policy) }),
    ...(communicatedAgents === undefined
      ? {}
      : { communicatedAgents: communicatedAgents.map((agent) => nameBot(agent, policy)) }),
  }
}

function nameBot({ id, name }: AgentReference, policy: ChatPolicy): AgentReference {
  return { id, name: policy.isBot({ id, name }) ? name : null, role: null }
}

/**
 * Applies what an event says beyond the chat's state. A missing field changes nothing, since a later event may say
 * less; of two channels, the later one stands.
 */
export function applyFacts(draft: Draft, work: ChatDraft, facts: SortedFacts, saidAt: number): void {
  const { said, customerId, lastCustomerMessageAt } = work.chat
  const isNewest = said.channel === null || saidAt >= (lastCustomerMessageAt ?? 0)
  const next: SaidOfChat = {
    channel: isNewest ? (facts.channel ?? said.channel) : said.channel,
    applicationId: said.applicationId ?? facts.applicationId,
    isBroadcastReply: facts.isBroadcastReply ?? said.isBroadcastReply,
    labels: union(said.labels, facts.said),
    byCustomer: union(said.byCustomer, facts.byCustomer),
  }
  if (!isSame(said, next)) change(work, { said: next })
  if (customerId === null && facts.customerId !== null) change(work, { customerId: facts.customerId })
  relabel(draft, work)
}

/**
 * Derives the chat's channel and labels again from what was said of it, from its customer and from the policy in force.
 * Labels that no longer follow are removed.
 */
export function relabel(draft: Draft, work: ChatDraft): void {
  const { policy } = draft
  const { said, customerId } = work.chat
  const customer = policy.needsCustomer ? (customerOf(draft, customerId)?.facts ?? null) : null
  // An e-mail stays an e-mail, whichever messenger its customer once came from.
  const channel = said.channel === 'email' ? said.channel : (customer?.messenger ?? said.channel)
  const known = policy.classifyKnown({
    channel,
    applicationId: said.applicationId,
    isBroadcastReply: said.isBroadcastReply,
    saidLabels: said.labels,
    customer,
  })
  const labels = union(known, customer === null ? said.byCustomer : []).toSorted()
  if (channel !== work.chat.channel) change(work, { channel })
  if (isSameList(labels, work.chat.labels)) return
  change(work, { labels })
  if (work.open !== null) changeOpen(work, { rankAt: work.open.openedAt - policy.priorityMsOf(labels) })
}

/** Notes a new chat, or an agent who got the chat within seconds without being our choice. */
export function noteArrival(work: ChatDraft, before: Chat, type: string, now: number): void {
  if (type === 'chat.new' && before.snapshotAt === null) {
    work.isNew = true
    change(work, { firstSeenAt: now })
  }
  const { assigneeId, firstSeenAt, isWithBot } = work.chat
  const isOurChoice = assigneeId === before.assigneeId || assigneeId === work.open?.agentId
  if (assigneeId === null || isOurChoice || isWithBot) return
  work.takenBy = assigneeId
  if (firstSeenAt === null) return
  work.isTakenByOthers = now - firstSeenAt <= TAKEN_BY_MACHINE_MS
}

/** Returns the first list itself if the second adds nothing, so that callers can compare by identity. */
function union(first: readonly string[], second: readonly string[]): readonly string[] {
  return second.every((each) => first.includes(each)) ? first : [...new Set([...first, ...second])]
}

function isSame(a: SaidOfChat, b: SaidOfChat): boolean {
  const isSameStart = a.applicationId === b.applicationId && a.isBroadcastReply === b.isBroadcastReply
  return a.channel === b.channel && isSameStart && a.labels === b.labels && a.byCustomer === b.byCustomer
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index])
}
