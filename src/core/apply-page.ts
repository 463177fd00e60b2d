import type { Chat, EventId } from '../domain.ts'
import { applySnapshot } from './apply-snapshot.ts'
import { reviseAssignment } from './assignment.ts'
import { applyFacts } from './chat-facts.ts'
import { noteHeard } from './chat-order.ts'
import { isMisplaced, isOpen, needsAgent } from './chat-state.ts'
import type { Reconciled } from './contract.ts'
import type { Input } from './inputs.ts'
import type { SortedFound } from './records.ts'
import { change, chatOf, type ChatDraft, type Draft } from './draft.ts'

type Page = Extract<Input, { kind: 'page' }>
type Counts = { -readonly [Key in keyof Reconciled]: number }

/** Applies one page of a search. Webhooks that are newer than the search take precedence. */
export function applyPage(draft: Draft, page: Page): Reconciled {
  const counts: Counts = { opened: 0, corrected: 0, leftAlone: 0 }
  for (const found of page.found) applyFound(draft, chatOf(draft, found.id), found, page, counts)
  return counts
}

function applyFound(draft: Draft, work: ChatDraft, found: SortedFound, page: Page, counts: Counts): void {
  const { takenAt, openSince } = page
  const before = work.chat
  if (before.snapshotAt !== null && takenAt <= before.snapshotAt) {
    // Within the same second the order is unknown: keep the webhook's state until the next search, and fetch the chat
    // before it is assigned.
    if (contradicts(found, before)) work.verifiedAt = 'doubted'
    return
  }
  applyFacts(draft, work, found.facts, takenAt)
  const isNews = hasUnheardCustomer(before, found)
  takeOver(draft, work, found, takenAt, isNews)
  noteHeard(work, takenAt, draft.now)
  const hadOpen = work.open !== null
  // The chat was snoozed or closed, and neither a webhook nor a timer of ours would reopen it: it needs an agent now.
  // (A snooze that is over by now may still be recorded, because the page is applied before our timer runs.)
  const wasIdle = before.snoozedUntil !== null || !needsAgent(before, draft.now)
  const wasResting = before.snapshotAt !== null && before.assigneeId === null && wasIdle
  const isBack = wasResting && before.restingSince === null && needsAgent(work.chat, draft.now)
  const isLetGo = work.chat.assigneeId === null && work.chat.restingSince === null && isRequest(before, work.chat)
  const isRecent = (found.lastCustomerMessageAt ?? 0) >= openSince
  if (hadOpen || isBack || isLetGo || isMisplaced(work.chat) || (isNews && isRecent)) {
    reviseAssignment(draft, work, `search:${found.id}:${takenAt}` as EventId)
    if (!hadOpen && work.open !== null) counts.opened += 1
  } else if (isNews && isOpen(work.chat) && work.chat.assigneeId === null) {
    counts.leftAlone += 1
    // The chat rests until its customer writes again.
    change(work, { restingSince: takenAt })
  }
  if (before.snapshotAt !== null && differs(before, work.chat)) counts.corrected += 1
}

function takeOver(draft: Draft, work: ChatDraft, found: SortedFound, takenAt: number, isNews: boolean): void {
  const before = work.chat
  applySnapshot(draft, work, found.snapshot, takenAt)
  const { assigneeId } = work.chat
  const lostAgent = before.assigneeId !== null && assigneeId === null
  const mayRest = assigneeId === null && !isNews && !isRequest(before, work.chat)
  const neverWrote =
    before.snapshotAt === null && (found.lastCustomerMessageAt ?? before.lastCustomerMessageAt) === null
  change(work, {
    lastCustomerMessageAt: Math.max(found.lastCustomerMessageAt ?? 0, before.lastCustomerMessageAt ?? 0) || null,
    awaitsCustomer: neverWrote || (found.lastCustomerMessageAt === null && work.chat.awaitsCustomer),
    restingSince: !mayRest ? null : lostAgent ? takenAt : before.restingSince,
  })
}

/**
 * A bot released the chat, or the chat moved to another department: both ask for an agent. No person took an agent off.
 */
function isRequest(before: Chat, { departmentId }: Chat): boolean {
  if (before.snapshotAt === null) return false
  return before.isWithBot || (departmentId !== null && departmentId !== before.departmentId)
}

/**
 * Whether the chat is unknown to us, or its customer wrote without our hearing of it: after everything that we know of the chat,
 * or, where an agent was taken off it, after that. What came later of such a chat, a move say, was no answer to the customer.
 */
function hasUnheardCustomer(before: Chat, { lastCustomerMessageAt }: SortedFound): boolean {
  if (before.snapshotAt === null) return true
  const wroteAt = lastCustomerMessageAt ?? 0
  return wroteAt > (before.lastCustomerMessageAt ?? 0) && wroteAt > (before.restingSince ?? before.snapshotAt)
}

function contradicts({ snapshot }: SortedFound, before: Chat): boolean {
  return (snapshot.assigneeId != null && snapshot.assigneeId !== before.assigneeId) || snapshot.status === 'closed'
}

function differs(before: Chat, after: Chat): boolean {
  return before.assigneeId !== after.assigneeId || isOpen(before) !== isOpen(after)
}
