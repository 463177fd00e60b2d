import type { ChatPolicy } from '../../decision.ts'
import type { AgentId, AssignmentId, AssignmentState, Chat, ChatSnapshot, EventId } from '../../domain.ts'
import { applyFacts, noteArrival, type SortedEvent } from './chat-facts.ts'
import { DOUBTED, isLateNew, keepNewer, noteHeard, raiseDoubt, wasRemovedSince } from './chat-order.ts'
import { isOpen, needsAgent, type Holders } from './chat-state.ts'

/** An assignment while a transaction works on it; without an id it was opened in this transaction. */
export interface AssignmentDraft {
  readonly id: AssignmentId | null
  readonly eventId: EventId
  readonly openedAt: number
  /** Where it stood before this transaction; `null` if it was not there. */
  readonly stateBefore: AssignmentState | null
  state: AssignmentState
  agentId: AgentId | null
  rankAt: number
  notBefore: number
  failures: number
  refusals: number
  summary: string | null
  settledAt: number | null
  history: string | null
}

/**
 * All that one transaction knows of one chat, with its open assignment. Events are applied to it in memory; what
 * changed is written once at the end, however many events there were.
 */
export interface ChatFile {
  chat: Chat
  open: AssignmentDraft | null
  /** Assignments to write: changed ones, and those opened here. */
  readonly touched: Set<AssignmentDraft>
  /** Whose load the chat counted in before this transaction, and how much. */
  readonly holders: Holders
  readonly heldLoad: number
  /** When HelpCrunch last told us how the chat stands, or `DOUBTED`, or `ASKED`. */
  heardAt: number
  isChanged: boolean
  /** Its `chat.new` came. */
  isNew: boolean
  /** So soon after its `chat.new` somebody has it who is not our choice that no person can have done it. */
  isTakenByOthers: boolean
  /** Whom others gave it to. */
  takenBy: AgentId | null
}

/** Applies an event, and opens or supersedes the assignment as the chat then needs. */
export function applyEvent(file: ChatFile, event: SortedEvent, now: number, policy: ChatPolicy): void {
  if (event.kind !== 'agent message') applyFacts(file, event.facts, policy)
  const { chat } = file
  switch (event.kind) {
    case 'snapshot':
      if (!applySnapshot(file, keepNewer(chat, event), event.occurredAt)) {
        if (!wasRemovedSince(chat, event)) return raiseDoubt(file, event)
        change(file, { takenOffAt: chat.snapshotAt })
        break
      }
      if (!isLateNew(chat, event)) noteHeard(file, event.occurredAt, now)
      noteArrival(file, chat, event.type, now)
      // `chat.assigned` without an assignee: a person took the agent off. Where there was none, nobody was taken off.
      if (event.type === 'chat.assigned' && file.chat.assigneeId === null) {
        // Nor is it forgotten that a PUT of ours, whose answer was lost, may have put somebody there.
        const isOursRemoved = file.open?.state === 'decided' && file.open.failures > 0
        const wasTakenOff =
          chat.assigneeId !== null || isOursRemoved || (chat.snapshotAt === null && file.open === null)
        if (wasTakenOff) change(file, { takenOffAt: event.occurredAt })
      }
      break
    case 'customer message': {
      const isNews = event.occurredAt >= (chat.snapshotAt ?? 0)
      change(file, {
        lastCustomerMessageAt: Math.max(event.occurredAt, chat.lastCustomerMessageAt ?? 0),
        ...(isNews && !isOpen(chat) ? { status: 'opened' } : {}),
        ...(chat.isOurs &&
        chat.answerDueAt === null &&
        chat.assigneeId !== null &&
        event.occurredAt > (chat.lastAgentMessageAt ?? 0)
          ? {
              answerDueAt: policy.answerDueAt(chat.assigneeId, now),
              handOverAt: policy.handOverAt(chat.assigneeId, now),
            }
          : {}),
        // Not "newer than the last snapshot": that may be of any kind, and have overtaken the message.
        ...(event.occurredAt >= (chat.takenOffAt ?? 0) ? { takenOffAt: null } : {}),
      })
      break
    }
    case 'agent message':
      change(file, {
        lastAgentMessageAt: Math.max(event.occurredAt, chat.lastAgentMessageAt ?? 0),
        answerDueAt: null,
      })
      // HelpCrunch assigns whoever answers, and will say so; but it may have been a bot. Ask before anybody gets the chat.
      if (chat.assigneeId === null) {
        file.heardAt = DOUBTED
        return
      }
      // Better late than never; and where a colleague has answered, nobody waits.
      if (event.agentId !== null) change(file, { missedBy: without(chat.missedBy, chat.assigneeId) })
      break
  }
  reviseAssignment(file, event.id, now, policy)
}

/**
 * Takes over what a snapshot says, unless we hold a newer one.
 * @returns whether it was taken over
 */
export function applySnapshot(file: ChatFile, snapshot: ChatSnapshot, takenAt: number): boolean {
  const { chat, open } = file
  if (chat.snapshotAt !== null && takenAt < chat.snapshotAt) return false
  const status = snapshot.status ?? chat.status
  const assigneeId = snapshot.assigneeId === undefined ? chat.assigneeId : snapshot.assigneeId
  const wasWrittenToLater = (chat.lastCustomerMessageAt ?? 0) > takenAt
  change(file, {
    snapshotAt: takenAt,
    status: status === 'closed' && wasWrittenToLater ? 'opened' : status,
    departmentId: snapshot.departmentId === undefined ? chat.departmentId : snapshot.departmentId,
    assigneeId,
    snoozedUntil: snapshot.snoozedUntil === undefined ? chat.snoozedUntil : snapshot.snoozedUntil,
    takenOffAt: assigneeId === null ? chat.takenOffAt : null,
    ...lookedAt(chat, status, snapshot),
    ...(assigneeId === chat.assigneeId
      ? {}
      : { isOurs: assigneeId !== null && assigneeId === open?.agentId, answerDueAt: null, handOverAt: null }),
  })
  return true
}

/** Whoever closes a chat, snoozes it or puts it on hold has looked at it: no answer is due, and nobody loses it for that. */
function lookedAt(chat: Chat, status: string, { snoozedUntil }: ChatSnapshot): Partial<Chat> {
  if (status === 'closed') return { handOverAt: null, answerDueAt: null, missedBy: [] }
  const isOnHold = status === 'onhold' && chat.status !== 'onhold'
  if (!isOnHold && snoozedUntil == null) return {}
  return {
    answerDueAt: null,
    missedBy: chat.assigneeId === null ? chat.missedBy : without(chat.missedBy, chat.assigneeId),
  }
}

/** Opens an assignment where the chat needs an agent and has none under way; supersedes one that nobody needs any more. */
export function reviseAssignment(file: ChatFile, eventId: EventId, now: number, policy: ChatPolicy): void {
  const { chat, open } = file
  if (open === null) {
    if (needsAgent(chat, now)) openAssignment(file, eventId, now, policy)
    return
  }
  // The echo of our own PUT may be here before its answer is: the answer settles.
  const isEcho = open.state === 'decided' && chat.assigneeId === open.agentId
  if (needsAgent(chat, now) || (isEcho && isOpen(chat))) return void file.touched.add(open)
  // Nobody has it, as far as we know; but our PUT may have left. Should it be opened again, it is asked for first.
  if (open.state === 'decided' && chat.assigneeId === null) file.heardAt = DOUBTED
  settle(file, 'superseded', now)
}

/** Whoever has it now, has it from us, and is to answer. */
export function noteGiven(file: ChatFile, agentId: AgentId, now: number, policy: ChatPolicy): void {
  const { lastAgentMessageAt, lastCustomerMessageAt } = file.chat
  const isAnswered = lastAgentMessageAt !== null && lastAgentMessageAt >= (lastCustomerMessageAt ?? 0)
  const answerDueAt = isAnswered ? null : policy.answerDueAt(agentId, now)
  change(file, { isOurs: true, answerDueAt, handOverAt: policy.handOverAt(agentId, now) })
}

/** Ends the open assignment. */
export function settle(file: ChatFile, state: AssignmentState, now: number): void {
  if (file.open === null) return
  file.open.state = state
  file.open.settledAt = now
  file.touched.add(file.open)
  file.open = null
}

export function change(file: ChatFile, changes: Partial<Chat>): void {
  file.chat = { ...file.chat, ...changes }
  file.isChanged = true
}

function openAssignment(file: ChatFile, eventId: EventId, now: number, policy: ChatPolicy): void {
  file.open = {
    id: null,
    eventId,
    openedAt: now,
    stateBefore: null,
    state: 'waiting',
    agentId: null,
    rankAt: now - policy.priorityMsOf(file.chat.labels),
    notBefore: 0,
    failures: 0,
    refusals: 0,
    summary: null,
    settledAt: null,
    history: null,
  }
  file.touched.add(file.open)
}

function without(agentIds: readonly AgentId[], agentId: AgentId): AgentId[] {
  return agentIds.filter((each) => each !== agentId)
}
