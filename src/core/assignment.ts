import type { AgentId, AssignmentState, EventId } from '../domain.ts'
import { moveAssignment } from './assignment-transitions.ts'
import { isOpen, needsAgent, poolOf } from './chat-state.ts'
import type { Assignment } from './records.ts'
import { agentOf, change, changeAgent, changeAllowance, isPaused, type ChatDraft, type Draft } from './draft.ts'

/**
 * Opens an assignment if the chat needs an agent and has no open assignment; supersedes an open one that is not needed
 * any more.
 */
export function reviseAssignment(draft: Draft, work: ChatDraft, eventId: EventId): void {
  const { chat, open } = work
  const isNeeded = needsAgent(chat, draft.now)
  if (open === null) {
    if (isNeeded) work.open = newAssignment(draft, work, eventId)
    return
  }
  // The webhook of our own PUT may arrive before the answer to the PUT: the answer settles the assignment.
  const isEcho = open.state === 'decided' && chat.assigneeId === open.agentId
  if (isNeeded || (isEcho && isOpen(chat))) return
  // The chat seems unassigned, but our PUT may have left. Doubt makes the next assignment fetch the chat first.
  if (open.state === 'decided' && chat.assigneeId === null) work.verifiedAt = 'doubted'
  settle(draft, work, 'superseded')
}

/** Ends the open assignment. */
export function settle(draft: Draft, work: ChatDraft, state: AssignmentState, changes: Partial<Assignment> = {}): void {
  if (work.open === null) return
  if (work.open.state === 'decided' && state !== 'assigned' && work.open.agentId !== null)
    changeAllowance(draft, work.open.agentId, 1)
  work.ended.push(moveAssignment(work.open, state, { ...changes, settledAt: draft.now, choice: null }))
  work.open = null
}

/**
 * Records that we assigned the chat, as of the moment of the decision: the agent may have answered before we saw the
 * result of the PUT.
 */
export function noteGiven(draft: Draft, work: ChatDraft, agentId: AgentId): void {
  const { lastAgentMessageAt, lastCustomerMessageAt } = work.chat
  const givenAt = work.open?.choice?.at ?? draft.now
  const isAnswered = lastAgentMessageAt !== null && lastAgentMessageAt >= (lastCustomerMessageAt ?? 0)
  const answerDueAt = isAnswered ? null : draft.policy.answerDueAt(agentId, draft.now)
  change(work, { assignedByUs: true, givenAt, answerDueAt, handOverAt: handOverAt(draft, agentId) })
}

/** When the agent's chats go to others, or `null` if they never do. */
export function handOverAt(draft: Draft, agentId: AgentId): number | null {
  const { policy, now } = draft
  return policy.handsOverPaused && isPaused(draft, agentId) ? now : policy.handOverAt(agentId, now)
}

/**
 * The PUT had no effect. If its agent has the chat all the same, a person gave it to them, and what looked like the webhook of
 * our PUT was the person's: the assignment is over. Else it waits again.
 */
export function decideAgain(draft: Draft, work: ChatDraft): void {
  const isPersons = work.open?.state === 'decided' && work.chat.assigneeId === work.open.agentId
  takeBack(draft, work)
  if (!isPersons) return
  change(work, { assignedByUs: false })
  settle(draft, work, 'superseded')
}

/**
 * The assignment waits again and is decided on the state at that time. The agent's place in the rotation is restored,
 * since the agent got no chat.
 */
export function takeBack(draft: Draft, work: ChatDraft, changes: Partial<Assignment> = {}): void {
  const { open } = work
  if (open?.state !== 'decided') return
  const { choice, agentId } = open
  work.open = moveAssignment(open, 'waiting', { ...changes, agentId: null, choice: null })
  if (agentId !== null) changeAllowance(draft, agentId, 1)
  if (choice === null || agentId === null) return
  const { agent } = agentOf(draft, agentId)
  const recentAt = [...agent.recentAt]
  const index = recentAt.lastIndexOf(choice.at)
  if (index >= 0) recentAt.splice(index, 1)
  changeAgent(draft, agentId, {
    turn: agent.turn === choice.position ? choice.positionBefore : agent.turn,
    recentAt,
  })
  for (const { agentId: id, by } of choice.credits) {
    changeAgent(draft, id, { credit: agentOf(draft, id).agent.credit - by })
  }
}

function newAssignment({ moment, policy, now }: Draft, { chat }: ChatDraft, eventId: EventId): Assignment {
  return {
    id: moment.nextAssignmentId(),
    chatId: chat.id,
    eventId,
    state: 'waiting',
    pool: poolOf(chat),
    openedAt: now,
    rankAt: now - policy.priorityMsOf(chat.labels),
    notBefore: 0,
    agentId: null,
    summary: null,
    failures: 0,
    refusals: 0,
    settledAt: null,
    attempts: [],
    choice: null,
  }
}
