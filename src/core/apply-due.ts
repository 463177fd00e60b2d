import type { AgentId, ChatId, EventId } from '../domain.ts'
import { reviseAssignment } from './assignment.ts'
import { isOpen, needsAgent } from './chat-state.ts'
import { agentOf, change, changeAgent, chatOf, isPaused, type ChatDraft, type Draft } from './draft.ts'

/**
 * Applies what only the passing of time changes: snoozes end, silent chats free their agents, unanswered chats go to
 * others.
 */
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
  else if (work.chat.isWithBot) routeFromBot(draft, work, assigneeId)
  else if (work.chat.handOverAt !== null) handOver(draft, work, assigneeId)
}

/** The bot has used up the time that the policy gives it: the chat needs a person. */
function routeFromBot(draft: Draft, work: ChatDraft, botId: AgentId): void {
  const { handOverAt, misplaced } = work.chat
  if (handOverAt === null || handOverAt > draft.now) return
  change(work, { handOverAt: null, misplaced: [...new Set([...misplaced, botId])] })
  reviseAssignment(draft, work, `bot:${work.chat.id}:${draft.now}` as EventId)
}

/**
 * Hands the chat over when its assignee is off shift or paused. If no other agent took the chat before the assignee is
 * back, it stays with the assignee. The shift may have been extended since `handOverAt` was set, so the policy is asked
 * again.
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

/** Sends the chat to another agent; the policy limits how often. This agent never gets the chat again. */
function giveOn(draft: Draft, work: ChatDraft, agentId: AgentId, eventId: EventId): void {
  const { missedBy, assignedByUs } = work.chat
  if (!isOpen(work.chat) || !assignedByUs || missedBy.includes(agentId)) return
  if (missedBy.length >= draft.policy.maxHops) return
  change(work, { missedBy: [...missedBy, agentId] })
  if (needsAgent(work.chat, draft.now)) reviseAssignment(draft, work, eventId)
}

/** Counts the unanswered chat against the agent, even when the chat has no other agent to go to. */
function noteMissed(draft: Draft, work: ChatDraft, agentId: AgentId): void {
  const { chat } = work
  if (!isOpen(chat) || !chat.assignedByUs || chat.missedBy.includes(agentId)) return
  changeAgent(draft, agentId, { missedInRow: agentOf(draft, agentId).agent.missedInRow + 1 })
  // The agent's next shift does not give the chat back.
  change(work, { handOverAt: null })
  giveOn(draft, work, agentId, `no-answer:${chat.id}:${draft.now}` as EventId)
}
