import type { ChatPolicy } from '../decision.ts'
import type { AgentReference, Chat, ChatEvent, ChatFacts, ChatSnapshot, FoundChat, SaidOfChat } from '../domain.ts'
import type { Settlement } from './inputs.ts'
import type { SortedEvent, SortedFacts, SortedFound } from './records.ts'
import { change, changeOpen, customerOf, type ChatDraft, type Draft } from './draft.ts'

const TAKEN_BY_MACHINE_MS = 10_000

/** Sorts texts, tags and attributes into labels; they themselves go no further. */
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

/** An event as it is stored. */
export function sortEvent(event: ChatEvent, policy: ChatPolicy): SortedEvent {
  const facts = sortFacts(event.facts, policy)
  if (event.kind === 'snapshot') return { ...event, facts, snapshot: sortSnapshot(event.snapshot, policy) }
  if (event.kind === 'customer message' || event.agent == null) return { ...event, facts }
  return { ...event, facts, agent: nameBot(event.agent, policy) }
}

/** A chat of a search as it is stored. */
export function sortFound(found: FoundChat, policy: ChatPolicy): SortedFound {
  return { ...found, facts: sortFacts(found.facts, policy), snapshot: sortSnapshot(found.snapshot, policy) }
}

/** What came of a step, as it is stored. */
export function sortSettlement(settlement: Settlement, policy: ChatPolicy): Settlement {
  return 'snapshot' in settlement ? { ...settlement, snapshot: sortSnapshot(settlement.snapshot, policy) } : settlement
}

/** Without the names of people and departments. A bot's name stays, since it says that it is one. */
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
 * Takes over what was told beside the chat's state. What is not told changes nothing, since a later event may tell less; of two
 * channels the later one stands.
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
 * Makes the chat's channel and labels of all that is known of it now: of what was said, of its customer, by the rules in force.
 * What they put in its way before, they take out again.
 */
export function relabel(draft: Draft, work: ChatDraft): void {
  const { policy } = draft
  const { said, customerId } = work.chat
  const customer = policy.needsCustomer ? (customerOf(draft, customerId)?.facts ?? null) : null
  // An e-mail is one whatever messenger its customer once came from.
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

/** Notes that a chat came, or that an agent who is not our choice had it within seconds. */
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

/** The first list itself where the second adds nothing. */
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
