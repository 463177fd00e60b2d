import type { AgentId, ChatId, EventId } from '../domain.ts'
import { reviseAssignment } from './assignment.ts'
import { isOpen, needsAgent } from './chat-state.ts'
import { agentOf, change, changeAgent, chatOf, isPaused, type ChatDraft, type Draft } from './draft.ts'

/** What time alone does to chats: snoozes end, silent chats free their agents, unanswered ones go to other agents. */
export function applyDue(draft: Draft, chatIds: readonly ChatId[]): void {
  for (const id of chatIds) applyDueChat(draft, chatOf(draft, id))
}

function applyDueChat(draft: Draft, work: ChatDraft): void {
  const { now } = draft
  const { snoozedUntil, assigneeId, answerDueAt } = work.chat
  if (snoozedUntil !== null && snoozedUntil <= now) {
    change(work, { snoozedUntil: null })
    reviseAssignment(draft, work, `snooze-end:${work.chat.id}:${snoozedUntil}` as EventId)
  }
  if (answerDueAt !== null && answerDueAt <= now) {
    change(work, { answerDueAt: null })
    if (assigneeId !== null) noteMissed(draft, work, assigneeId)
  }
  if (assigneeId === null) change(work, { handOverAt: null })
  else if (work.chat.handOverAt !== null) handOver(draft, work, assigneeId)
}

/**
 * Its assignee is off or paused: it is to go to another agent. If no other took it until they are back, it stays with them;
 * and their shift may have been made longer meanwhile.
 */
function handOver(draft: Draft, work: ChatDraft, agentId: AgentId): void {
  const { policy, now } = draft
  const at = policy.handOverAt(agentId, now)
  const isOff = at !== null && at <= now
  const eventId = `hand-over:${work.chat.id}:${now}` as EventId
  if (isOff || (policy.handsOverPaused && isPaused(draft, agentId))) {
    change(work, { handOverAt: isOff ? policy.backAt(agentId, now) : null })
    return giveOn(draft, work, agentId, eventId)
  }
  change(work, { handOverAt: at })
  if (work.open?.state !== 'waiting' || !work.chat.missedBy.includes(agentId)) return
  change(work, { missedBy: work.chat.missedBy.filter((id) => id !== agentId) })
  reviseAssignment(draft, work, eventId)
}

/** They never get this chat again. */
function giveOn(draft: Draft, work: ChatDraft, agentId: AgentId, eventId: EventId): void {
  const { missedBy, assignedByUs } = work.chat
  if (!isOpen(work.chat) || !assignedByUs || missedBy.includes(agentId)) return
  if (missedBy.length >= draft.policy.maxHops) return
  change(work, { missedBy: [...missedBy, agentId] })
  if (needsAgent(work.chat, draft.now)) reviseAssignment(draft, work, eventId)
}

/** It counts against the agent also where the chat has no other agent to go to. */
function noteMissed(draft: Draft, work: ChatDraft, agentId: AgentId): void {
  const { chat } = work
  if (!isOpen(chat) || !chat.assignedByUs || chat.missedBy.includes(agentId)) return
  changeAgent(draft, agentId, { missedInRow: agentOf(draft, agentId).agent.missedInRow + 1 })
  // They have lost it, also when their next shift begins.
  change(work, { handOverAt: null })
  giveOn(draft, work, agentId, `no-answer:${chat.id}:${draft.now}` as EventId)
}
