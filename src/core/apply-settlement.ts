import type { AssignmentState } from '../domain.ts'
import { applySnapshot } from './apply-snapshot.ts'
import { decideAgain, noteGiven, reviseAssignment, settle, takeBack } from './assignment.ts'
import { relabel } from './chat-facts.ts'
import { isTakenOff } from './chat-order.ts'
import { isMisplaced, isMissed } from './chat-state.ts'
import type { Input, Settlement } from './inputs.ts'
import { noteCustomer } from './customers.ts'
import type { Assignment, Attempt } from './records.ts'
import { change, changeAgent, changeOpen, chatOf, noteLastAgent, type ChatDraft, type Draft } from './draft.ts'

/** At this many refusals by HelpCrunch the assignment ends. */
const MAX_REFUSALS = 2
/** An assignment keeps only its last attempts, however often it is tried. */
const MAX_ATTEMPTS_KEPT = 50

type Answer = Extract<Input, { kind: 'settlement' }>
type Assigned = Extract<Settlement, { to: 'assigned' }>

/**
 * Applies the result of a step. Where a person was faster, the assignment has ended already, and the person's choice
 * stands.
 * @returns the state of the assignment afterwards
 */
export function applySettlement(draft: Draft, answer: Answer): AssignmentState {
  const { assignmentId, chatId, agentId, settlement } = answer
  const work = chatOf(draft, chatId)
  if (settlement.to === 'another agent' && agentId !== null) changeAgent(draft, agentId, { isSetAside: true })
  if (settlement.to === 'customer') {
    noteCustomer(draft, settlement.customerId, settlement)
    relabel(draft, work)
  }
  const open = work.open?.id === assignmentId ? work.open : null
  // After a restart of the account worker the assignment may be waiting again: then this answer is late.
  const isCurrent = open !== null && (open.state === 'decided' || settlement.to !== 'assigned')
  if (isCurrent) apply(draft, work, open, settlement)
  else if (settlement.to === 'assigned') applyLateAnswer(draft, work, answer, settlement)
  if (settlement.to === 'assigned' && agentId !== null && work.chat.assigneeId === agentId) {
    noteLastAgent(draft, work.chat.customerId, agentId, draft.now)
  }
  const known = [...work.ended, work.open].findLast((each) => each?.id === assignmentId)
  return known?.state ?? 'superseded'
}

function apply(draft: Draft, work: ChatDraft, open: Assignment, settlement: Settlement): void {
  if ('reason' in settlement) note(work, open, { at: draft.now, agentId: open.agentId, reason: settlement.reason })
  switch (settlement.to) {
    case 'assigned':
      applyAnswer(draft, work, open, settlement)
      work.verifiedAt = draft.now
      if (open.agentId !== null && work.chat.assigneeId === open.agentId) noteGiven(draft, work, open.agentId)
      settle(draft, work, 'assigned')
      // The chat was moved to another department while the PUT was under way.
      if (isMisplaced(work.chat)) reviseAssignment(draft, work, open.eventId)
      return
    case 'customer':
      return
    case 'known':
      return applyFetched(draft, work, open, settlement)
    case 'gone':
      change(work, { status: 'gone' })
      return settle(draft, work, 'gone')
    case 'another agent':
      // This also drops an operator's request for the refused agent.
      change(work, { asked: null })
      changeOpen(work, { refusals: open.refusals + 1 })
      decideAgain(draft, work)
      if (open.refusals + 1 >= MAX_REFUSALS) settle(draft, work, 'refused')
      return
    case 'retry':
      return retry(draft, work, open, settlement)
    case 'held back':
      return decideAgain(draft, work)
    case 'rehearsed':
      // The chat rests until its customer writes again; otherwise every later event of the chat would be rehearsed
      // again.
      change(work, { restingSince: work.chat.snapshotAt ?? draft.now })
      return settle(draft, work, 'rehearsed')
    case 'dead':
      return settle(draft, work, 'dead')
  }
}

function retry(draft: Draft, work: ChatDraft, open: Assignment, retried: Extract<Settlement, { to: 'retry' }>): void {
  const changes = { notBefore: retried.notBefore, failures: open.failures + (retried.isFailure ? 1 : 0) }
  changeOpen(work, changes)
  if (!retried.mayHaveTakenEffect) return decideAgain(draft, work)
  // The agent's slot stays reserved until a fetch shows whether the PUT took effect.
  work.verifiedAt = 'doubted'
}

/**
 * The chat was fetched, which shows whether an uncertain PUT took effect. If it did not, the assignment is decided
 * again.
 */
function applyFetched(
  draft: Draft,
  work: ChatDraft,
  open: Assignment,
  fetched: Extract<Settlement, { to: 'known' }>,
): void {
  const before = work.chat
  const isTakenOver = applySnapshot(draft, work, fetched.snapshot, fetched.answeredAt)
  if (isTakenOver && isTakenOff(before, work.chat)) change(work, { restingSince: before.snapshotAt })
  if (isTakenOver && fetched.snapshot.readByAgent === true) noteRead(draft, work)
  // A doubt that was raised after the fetch was sent stays.
  const isSure = work.verifiedAt !== 'doubted'
  if (isSure) work.verifiedAt = draft.now
  if (open.state === 'waiting') changeOpen(work, { failures: 0 })
  else if (isSure && work.chat.assigneeId !== open.agentId) takeBack(draft, work, { notBefore: 0 })
  reviseAssignment(draft, work, open.eventId)
}

/** An agent who read the customer's message without answering it is at work: the chat goes on, but does not count as a sign of being away. */
function noteRead(draft: Draft, { chat }: ChatDraft): void {
  if (chat.assigneeId === null || !isMissed(chat)) return
  changeAgent(draft, chat.assigneeId, { missedInRow: 0 })
  draft.hasFreed = true
}

/**
 * A 200 means that the chat is assigned; without an assignee in its body, to the agent that we asked for. An answer
 * that seems older than our snapshot counts too: HelpCrunch's clock, by which webhooks are dated, may be ahead of ours.
 */
function applyAnswer(draft: Draft, work: ChatDraft, open: Assignment, answer: Assigned): void {
  const assigneeId = answer.snapshot.assigneeId ?? open.agentId
  const isTakenOver = applySnapshot(draft, work, { ...answer.snapshot, assigneeId }, answer.answeredAt)
  const isStillOurs =
    work.chat.assigneeId === null ? work.chat.restingSince === null : isMissed(work.chat) || isMisplaced(work.chat)
  if (!isTakenOver && isStillOurs) change(work, { assigneeId })
}

/** Late answer to a settled assignment: record the agent that the PUT assigned. */
function applyLateAnswer(draft: Draft, work: ChatDraft, answer: Answer, { snapshot, answeredAt }: Assigned): void {
  if (answeredAt > (work.chat.snapshotAt ?? 0)) {
    applySnapshot(draft, work, { ...snapshot, assigneeId: snapshot.assigneeId ?? answer.agentId }, answeredAt)
    reviseAssignment(draft, work, answer.eventId)
  } else if (work.chat.assigneeId === null) {
    // The answer may be of the same second as our snapshot: fetch the chat before assigning it.
    work.verifiedAt = 'doubted'
  }
}

function note(work: ChatDraft, open: Assignment, attempt: Attempt): void {
  changeOpen(work, { attempts: [...open.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT) })
}
