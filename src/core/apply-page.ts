import type { Chat, EventId } from '../domain.ts'
import { applySnapshot } from './apply-event.ts'
import { reviseAssignment } from './assignment.ts'
import { applyFacts } from './chat-facts.ts'
import { noteHeard } from './chat-order.ts'
import { isOpen, needsAgent } from './chat-state.ts'
import type { Input, Reconciled } from './contract.ts'
import type { SortedFound } from './records.ts'
import { change, chatOf, type ChatDraft, type Draft } from './draft.ts'

type Page = Extract<Input, { kind: 'page' }>
type Counts = { -readonly [Key in keyof Reconciled]: number }

/** Takes over one page of a search. Webhooks that are newer than the search outweigh it. */
export function applyPage(draft: Draft, page: Page): Reconciled {
  const counts: Counts = { opened: 0, corrected: 0, leftAlone: 0 }
  for (const found of page.found) applyFound(draft, chatOf(draft, found.id), found, page, counts)
  return counts
}

function applyFound(draft: Draft, work: ChatDraft, found: SortedFound, page: Page, counts: Counts): void {
  const { takenAt, openSince } = page
  const before = work.chat
  if (before.snapshotAt !== null && takenAt <= before.snapshotAt) {
    // Within the same second it is unknown which came first: the webhook is believed, the next search looks again, and
    // the chat is fetched before it is assigned.
    if (contradicts(found, before)) work.verifiedAt = 'doubted'
    return
  }
  applyFacts(work, found.facts, draft.policy)
  const isNews = hasUnheardCustomer(before, found)
  takeOver(work, found, takenAt, isNews)
  noteHeard(work, takenAt, draft.now)
  const hadOpen = work.open !== null
  // It was snoozed or closed, no webhook told us that it is not, and no timer of ours would: it needs an agent now.
  // (A snooze that is over by now has not ended for us yet: the page comes before our timer.)
  const wasIdle = before.snoozedUntil !== null || !needsAgent(before, draft.now)
  const wasResting = before.snapshotAt !== null && before.assigneeId === null && wasIdle
  const isBack = wasResting && before.restingSince === null && needsAgent(work.chat, draft.now)
  const isRecent = (found.lastCustomerMessageAt ?? takenAt) >= openSince
  if (hadOpen || isBack || (isNews && isRecent)) {
    reviseAssignment(draft, work, `search:${found.id}:${takenAt}` as EventId)
    if (!hadOpen && work.open !== null) counts.opened += 1
  } else if (isNews && isOpen(work.chat) && work.chat.assigneeId === null) {
    counts.leftAlone += 1
    // Its customer may still write again.
    change(work, { restingSince: takenAt })
  }
  if (before.snapshotAt !== null && differs(before, work.chat)) counts.corrected += 1
}

function takeOver(work: ChatDraft, found: SortedFound, takenAt: number, isNews: boolean): void {
  const before = work.chat
  applySnapshot(work, found.snapshot, takenAt)
  const { assigneeId } = work.chat
  const lostAgent = before.assigneeId !== null && assigneeId === null
  change(work, {
    lastCustomerMessageAt: Math.max(found.lastCustomerMessageAt ?? 0, before.lastCustomerMessageAt ?? 0) || null,
    restingSince: assigneeId !== null || isNews ? null : lostAgent ? takenAt : before.restingSince,
  })
}

/** Whether the chat is unknown to us, or its customer wrote after all that we know of it. */
function hasUnheardCustomer(before: Chat, { lastCustomerMessageAt }: SortedFound): boolean {
  if (before.snapshotAt === null) return true
  return (lastCustomerMessageAt ?? 0) > Math.max(before.snapshotAt, before.lastCustomerMessageAt ?? 0)
}

function contradicts({ snapshot }: SortedFound, before: Chat): boolean {
  return (snapshot.assigneeId != null && snapshot.assigneeId !== before.assigneeId) || snapshot.status === 'closed'
}

function differs(before: Chat, after: Chat): boolean {
  return before.assigneeId !== after.assigneeId || isOpen(before) !== isOpen(after)
}
