import { reviseAssignment } from './assignment.ts'
import { moveAssignment } from './assignment-transitions.ts'
import { isOpen } from './chat-state.ts'
import type { OperatorAct, Replay } from './contract.ts'
import type { Assignment } from './records.ts'
import { change, changeAgent, changeOpen, chatOf, type Draft } from './draft.ts'

/** Does what an operator asked for. @returns what came of a replay, else `null` */
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
    case 'replay':
      return replay(draft, act.letter)
  }
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
  // As urgent as it was.
  changeOpen(work, { rankAt: draft.now - (letter.openedAt - letter.rankAt) })
  draft.ended.push(moveAssignment(letter, 'replayed'))
  return 'replayed'
}
