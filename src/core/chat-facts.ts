import type { ChatPolicy } from '../decision.ts'
import type { Channel, Chat, ChatEvent, ChatFacts, CustomerId } from '../domain.ts'
import { change, type ChatFile } from './chat-record.ts'

const TAKEN_BY_MACHINE_MS = 10_000

/** What is kept of the facts: texts, tags and attributes have become labels. */
export interface SortedFacts {
  readonly customerId: CustomerId | null
  readonly channel: Channel
  readonly labels: readonly string[]
}

export type SortedEvent = Sorted<ChatEvent>
type Sorted<Event> = Event extends ChatEvent ? Omit<Event, 'facts'> & { readonly facts: SortedFacts } : never

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
export function applyFacts(file: ChatFile, facts: SortedFacts, policy: ChatPolicy): void {
  const { chat, open } = file
  const labels = [...new Set([...chat.labels, ...facts.labels])].toSorted()
  const isNews = labels.length > chat.labels.length
  if (
    isNews ||
    (facts.customerId !== null && chat.customerId === null) ||
    (facts.channel === 'email' && chat.channel === 'chat')
  ) {
    const channel = facts.channel === 'email' ? 'email' : chat.channel
    change(file, { labels, channel, customerId: chat.customerId ?? facts.customerId })
  }
  if (isNews && open !== null) {
    open.rankAt = open.openedAt - policy.priorityMsOf(labels)
    file.touched.add(open)
  }
}

/** Notes that a chat came, or that somebody who is not our choice had it within seconds. */
export function noteArrival(file: ChatFile, before: Chat, type: string, now: number): void {
  if (type === 'chat.new' && before.snapshotAt === null) {
    file.isNew = true
    change(file, { firstSeenAt: now })
  }
  const { assigneeId, firstSeenAt } = file.chat
  const isOurs = assigneeId === before.assigneeId || assigneeId === file.open?.agentId
  if (assigneeId === null || isOurs) return
  file.takenBy = assigneeId
  if (firstSeenAt === null) return
  file.isTakenByOthers = now - firstSeenAt <= TAKEN_BY_MACHINE_MS
}
