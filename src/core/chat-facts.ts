import type { ChatPolicy } from '../decision.ts'
import type { Chat, ChatEvent, ChatFacts } from '../domain.ts'
import type { SortedEvent, SortedFacts } from './records.ts'
import { change, changeOpen, type ChatDraft } from './draft.ts'

const TAKEN_BY_MACHINE_MS = 10_000

/** Sorts texts, tags and attributes into labels; they themselves go no further. */
export function sortFacts(facts: ChatFacts, policy: ChatPolicy): SortedFacts {
  const { customerId, channel } = facts
  return { customerId, channel: channel ?? 'chat', labels: policy.classify(facts) }
}

/** An event as it is stored. */
export function sortEvent(event: ChatEvent, policy: ChatPolicy): SortedEvent {
  return { ...event, facts: sortFacts(event.facts, policy) }
}

/** Takes over what was told beside the chat's state; labels are only added, since a later event may tell less. */
export function applyFacts(work: ChatDraft, facts: SortedFacts, policy: ChatPolicy): void {
  const { chat, open } = work
  const labels = [...new Set([...chat.labels, ...facts.labels])].toSorted()
  const isNews = labels.length > chat.labels.length
  if (
    isNews ||
    (facts.customerId !== null && chat.customerId === null) ||
    (facts.channel === 'email' && chat.channel === 'chat')
  ) {
    const channel = facts.channel === 'email' ? 'email' : chat.channel
    change(work, { labels, channel, customerId: chat.customerId ?? facts.customerId })
  }
  if (isNews && open !== null) changeOpen(work, { rankAt: open.openedAt - policy.priorityMsOf(labels) })
}

/** Notes that a chat came, or that an agent who is not our choice had it within seconds. */
export function noteArrival(work: ChatDraft, before: Chat, type: string, now: number): void {
  if (type === 'chat.new' && before.snapshotAt === null) {
    work.isNew = true
    change(work, { firstSeenAt: now })
  }
  const { assigneeId, firstSeenAt } = work.chat
  const isOurChoice = assigneeId === before.assigneeId || assigneeId === work.open?.agentId
  if (assigneeId === null || isOurChoice) return
  work.takenBy = assigneeId
  if (firstSeenAt === null) return
  work.isTakenByOthers = now - firstSeenAt <= TAKEN_BY_MACHINE_MS
}
