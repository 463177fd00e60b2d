import { reviseAssignment } from './assignment.ts'
import { moveAssignment } from './assignment-transitions.ts'
import { isOpen } from './chat-state.ts'
import type { Replay } from './contract.ts'
import type { OperatorAct } from './inputs.ts'
import type { AgentId, EventId } from '../domain.ts'
import type { Assignment } from './records.ts'
import { change, changeAgent, changeOpen, chatOf, type ChatDraft, type Draft } from './draft.ts'

/**
 * Applies an operator's request.
 * @returns the result of a replay; `null` for every other act
 */
export function applyAct(draft: Draft, act: OperatorAct): Replay | null {
  switch (act.act) {
    case 'pause':
      changeAgent(draft, act.agentId, { pausedUntil: act.until })
      draft.hasFreed = true
      return null
    case 'resume':
      changeAgent(draft, act.agentId, { pausedUntil: null, missedInRow: 0 })
      draft.hasFreed = true
      return null
    case 'allow':
      changeAgent(draft, act.agentId, { allowance: act.allowance })
      draft.hasFreed = true
      return null
    case 'hand over':
      for (const id of act.chatIds) handOver(draft, chatOf(draft, id), act.agentId)
      return null
    case 'assign':
      assign(draft, chatOf(draft, act.chatId), act.agentId)
      return null
    case 'look again':
      lookAgain(draft, chatOf(draft, act.chatId))
      return null
    case 'replay':
      return replay(draft, act.letter)
  }
}

/**
 * The agent keeps the chat until another agent gets it. If the agent answers before that, the chat stays with this
 * agent.
 */
function handOver(draft: Draft, work: ChatDraft, agentId: AgentId): void {
  const { chat } = work
  if (!isOpen(chat) || chat.assigneeId !== agentId) return
  change(work, { asked: { awayFrom: agentId }, misplaced: [...new Set([...chat.misplaced, agentId])] })
  reviseAssignment(draft, work, `handed-over:${chat.id}:${draft.now}` as EventId)
}

/** Assigns the chat to the named agent, whichever agent has it or is about to get it. */
function assign(draft: Draft, work: ChatDraft, agentId: AgentId): void {
  const { chat, open } = work
  if (!isOpen(chat) || chat.assigneeId === agentId) return
  const others = [chat.assigneeId, open?.agentId ?? null].filter((id) => id !== null).filter((id) => id !== agentId)
  change(work, {
    asked: { to: agentId },
    misplaced: [...new Set([...chat.misplaced.filter((id) => id !== agentId), ...others])],
    missedBy: chat.missedBy.filter((id) => id !== agentId),
    restingSince: null,
    awaitsCustomer: false,
  })
  reviseAssignment(draft, work, `assign:${chat.id}:${draft.now}` as EventId)
  if (work.open?.state === 'waiting') changeOpen(work, { notBefore: 0 })
}

function lookAgain(draft: Draft, work: ChatDraft): void {
  const { chat } = work
  if (!isOpen(chat) || chat.assigneeId !== null) return
  change(work, { restingSince: null, awaitsCustomer: false })
  reviseAssignment(draft, work, `look-again:${chat.id}:${draft.now}` as EventId)
  if (work.open?.state === 'waiting') changeOpen(work, { notBefore: 0 })
  draft.hasFreed = true
}

/** Opens a new assignment for a dead letter's chat, if the chat still needs one. */
function replay(draft: Draft, letter: Assignment): Replay {
  if (letter.state !== 'dead' && letter.state !== 'refused') return 'no such dead letter'
  const work = chatOf(draft, letter.chatId)
  if (work.open !== null) return 'the chat waits for an agent already'
  if (!isOpen(work.chat)) return 'the chat is closed'
  if (work.chat.assigneeId !== null) return 'an agent has the chat'
  change(work, { restingSince: null })
  reviseAssignment(draft, work, letter.eventId)
  // The chat keeps the priority that it had as a dead letter.
  changeOpen(work, { rankAt: draft.now - (letter.openedAt - letter.rankAt) })
  draft.ended.push(moveAssignment(letter, 'replayed'))
  return 'replayed'
}
