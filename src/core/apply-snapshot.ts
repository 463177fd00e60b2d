import type { AgentId, Chat, ChatSnapshot } from '../domain.ts'
import { isAnswered, isBackFromMove } from './chat-order.ts'
import { agentOf, change, isBot, type ChatDraft, type Draft } from './draft.ts'

/**
 * Applies a snapshot, unless we hold a newer one.
 * @param isNewChat the snapshot is of `chat.new`
 * @returns whether it was applied
 */
export function applySnapshot(
  draft: Draft,
  work: ChatDraft,
  snapshot: ChatSnapshot,
  takenAt: number,
  isNewChat = false,
): boolean {
  const { chat } = work
  if (chat.snapshotAt !== null && takenAt < chat.snapshotAt) return false
  const status = snapshot.status ?? chat.status
  const assigneeId = snapshot.assigneeId === undefined ? chat.assigneeId : snapshot.assigneeId
  const wasWrittenToLater = (chat.lastCustomerMessageAt ?? 0) > takenAt
  change(work, {
    snapshotAt: takenAt,
    status: status === 'closed' && wasWrittenToLater ? 'opened' : status,
    assigneeId,
    snoozedUntil: snapshot.snoozedUntil === undefined ? chat.snoozedUntil : snapshot.snoozedUntil,
    restingSince: assigneeId === null ? chat.restingSince : null,
    awaitsCustomer: awaitsCustomer(draft, chat, snapshot, isNewChat),
    ...lookedAt(chat, status, snapshot),
  })
  noteAssignee(draft, work, chat, snapshot)
  const { departmentId } = snapshot
  if (departmentId !== undefined && !isBackFromMove(chat, departmentId, takenAt))
    applyDepartment(draft, work, departmentId, takenAt)
  return true
}

/**
 * Moves the chat to this department. A decision made for the previous department is revised as long as its agent has
 * not answered: HelpCrunch's own rules, and people, move chats a moment after they arrive.
 */
export function applyDepartment(
  draft: Draft,
  work: ChatDraft,
  departmentId: Chat['departmentId'],
  takenAt: number,
): void {
  const { chat, open, before } = work
  if (departmentId === chat.departmentId) return
  const isMove = before.chat.snapshotAt !== null
  change(work, { departmentId, movedAt: isMove ? takenAt : chat.movedAt })
  if (departmentId === null || !isMove) return
  const holder = chat.assignedByUs && !isAnswered(chat) ? chat.assigneeId : null
  const ours = [holder, open?.agentId ?? null].filter((id) => id !== null)
  const misplaced = ours.filter((id) => !agentOf(draft, id).agent.departmentIds.includes(departmentId))
  // Bots and deleted agents stay misplaced: the move does not change that.
  const others = chat.misplaced.filter((id) => !ours.includes(id))
  change(work, { misplaced: [...new Set([...others, ...misplaced])] })
  // The assignment may have waited for this department.
  if (open?.state === 'waiting' && open.failures === 0) work.open = { ...open, notBefore: 0 }
}

/** Clears what was due from the previous assignee when the assignee has changed. */
function noteAssignee(draft: Draft, work: ChatDraft, before: Chat, snapshot: ChatSnapshot): void {
  const { assigneeId } = work.chat
  const isOther = assigneeId !== before.assigneeId
  if (isOther) {
    const isOurs = assigneeId !== null && assigneeId === work.open?.agentId
    const misplaced = isOurs ? before.misplaced.filter((id) => id === assigneeId) : []
    change(work, {
      assignedByUs: isOurs,
      answerDueAt: null,
      handOverAt: null,
      givenAt: null,
      misplaced,
      asked: isOurs ? stillAsked(before, assigneeId) : null,
    })
  }
  if (snapshot.assigneeId !== undefined) noteBot(draft, work, before, snapshot.assignee?.name ?? null)
}

/** An operator's request made after our PUT had left stays; a person's choice in HelpCrunch ends it. */
function stillAsked({ asked }: Chat, assigneeId: AgentId): Chat['asked'] {
  const isDone = asked === null || ('to' in asked ? asked.to === assigneeId : asked.awayFrom !== assigneeId)
  return isDone ? null : asked
}

/**
 * A chat with a bot has no person. It goes to a person when the bot releases it, or after the time that the policy
 * gives.
 */
function noteBot(draft: Draft, work: ChatDraft, before: Chat, name: string | null): void {
  const { assigneeId } = work.chat
  const isWithBot = assigneeId !== null && isBot(draft, { id: assigneeId, name })
  if (isWithBot !== before.isWithBot) change(work, { isWithBot })
  if (!isWithBot || assigneeId === null) return
  if (before.isWithBot && before.assigneeId === assigneeId) return
  const { routeFromBotAfterMs } = draft.policy
  if (routeFromBotAfterMs === 0) change(work, { misplaced: [assigneeId] })
  else if (routeFromBotAfterMs !== null) change(work, { handOverAt: draft.now + routeFromBotAfterMs })
}

/**
 * Whether the customer has not written yet. Only the first snapshot of a chat can tell; later snapshots leave out too
 * much.
 */
function awaitsCustomer(draft: Draft, before: Chat, snapshot: ChatSnapshot, isNewChat: boolean): boolean {
  const { createdWith, lastCustomerMessageAt, communicatedAgents = [] } = snapshot
  const isEmpty = (snapshot.status ?? before.status) === 'empty'
  const isOfCustomer = createdWith === 'customer_message' || createdWith === 'broadcast_reply'
  if (lastCustomerMessageAt != null || before.lastCustomerMessageAt !== null) return false
  if (isOfCustomer && !isEmpty) return false
  if (before.snapshotAt !== null) return before.awaitsCustomer
  if (isEmpty || createdWith === 'agent_message' || lastCustomerMessageAt === null) return true
  const hasPersonWritten = communicatedAgents.some((agent) => !isBot(draft, agent))
  return isNewChat && (hasPersonWritten || before.lastAgentMessageAt !== null)
}

/**
 * An agent who closes a chat, snoozes it or puts it on hold has looked at it: no answer is due, and the agent keeps it.
 */
function lookedAt(chat: Chat, status: string, { snoozedUntil }: ChatSnapshot): Partial<Chat> {
  if (status === 'closed') return { handOverAt: null, answerDueAt: null, missedBy: [], misplaced: [], asked: null }
  const isOnHold = status === 'onhold' && chat.status !== 'onhold'
  if (!isOnHold && snoozedUntil == null) return {}
  return { answerDueAt: null, ...withoutAssignee(chat) }
}

/** Clears every reason to take the chat from its assignee. */
export function withoutAssignee(chat: Chat): Pick<Chat, 'missedBy' | 'misplaced' | 'asked'> {
  const { assigneeId, missedBy, misplaced, asked } = chat
  const isOther = (id: AgentId): boolean => id !== assigneeId
  const isAskedAway = asked !== null && 'awayFrom' in asked && asked.awayFrom === assigneeId
  return {
    missedBy: missedBy.filter(isOther),
    misplaced: misplaced.filter(isOther),
    asked: isAskedAway ? null : asked,
  }
}
