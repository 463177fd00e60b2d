import type { AgentId, ChatEvent, ChatId, DepartmentId, FoundChat } from '../../../src/domain.ts'
import {
  agentId,
  agentMessage,
  chatId,
  customerMessage,
  departmentId,
  facts,
  snapshotEvent,
} from '../../support/events.ts'

/** What a webhook, a search or an answer told us of a chat; `sent`: a PUT of ours left, and may have taken effect. */
export type Fact = Told & {
  /** The department that the same payload names; `undefined`: it names none. */
  readonly departmentId?: DepartmentId | null
  /** The assignee that it names. */
  readonly assigneeId?: AgentId | null
}

type Told =
  | { readonly at: number; readonly is: 'customer' | 'removed' | 'closed' | 'agent' | 'new' | 'snoozed' }
  | { readonly at: number; readonly is: 'assigned' | 'sent'; readonly to: AgentId }
  | { readonly at: number; readonly is: 'seen'; readonly status: string }
  | { readonly at: number; readonly is: 'moved' }

const SNOOZE_MS = 8000

/** Who is in which department. */
export const MEMBERS: Readonly<Record<number, readonly AgentId[]>> = {
  10: [agentId(1), agentId(2)],
  20: [agentId(2), agentId(3)],
}

/** How a chat stands at HelpCrunch, and what we were told of it. */
export interface RealChat {
  readonly id: ChatId
  status: string
  assigneeId: AgentId | null
  departmentId: DepartmentId | null
  snoozedUntil: number
  readonly firstDepartmentId: DepartmentId | null
  readonly openedAt: number
  lastCustomerMessageAt: number
  removedAt: number
  readonly known: Fact[]
  /** What happened, in order, to find the cause of a failure. */
  readonly log: string[]
}

/** On its way to us, or lost. */
interface Webhook {
  readonly chat: RealChat
  readonly event: ChatEvent
  readonly fact: Fact
}

/** An account with customers and a team who act at random. */
export function createTeam(now: () => number, pick: <T>(of: readonly T[]) => T) {
  const chats: RealChat[] = []
  const webhooks: Webhook[] = []
  const snapshotOf = ({ status, assigneeId, departmentId: ofDepartment, snoozedUntil }: RealChat) => ({
    status,
    assigneeId,
    departmentId: ofDepartment,
    snoozedUntil: snoozedUntil > now() ? snoozedUntil : null,
  })
  const anyAgent = () => agentId(pick([1, 2, 3]))

  function tell(chat: RealChat, event: ChatEvent, fact: Fact): void {
    const told =
      event.kind === 'snapshot' ? { ...fact, departmentId: chat.departmentId, assigneeId: chat.assigneeId } : fact
    webhooks.push({ chat, event, fact: told })
    note(chat, `HelpCrunch: ${JSON.stringify(fact)}`)
  }
  function note(chat: RealChat, what: string): void {
    chat.log.push(`${now()} ${what}`)
  }
  function assign(chat: RealChat, to: AgentId): void {
    chat.assigneeId = to
    tell(chat, snapshotEvent('chat.assigned', chat.id, now(), snapshotOf(chat)), { at: now(), is: 'assigned', to })
  }

  return {
    chats,
    webhooks,
    snapshotOf,
    note,
    /** A PUT of ours is carried out. */
    assign,
    found: (): FoundChat[] =>
      chats.map((chat) => ({
        id: chat.id,
        snapshot: snapshotOf(chat),
        facts: facts(),
        lastCustomerMessageAt: chat.lastCustomerMessageAt,
      })),
    open(): void {
      const ofDepartment = pick([null, departmentId(10), departmentId(20)])
      const chat: RealChat = {
        snoozedUntil: 0,
        firstDepartmentId: ofDepartment,
        openedAt: now(),
        id: chatId(chats.length + 1),
        status: 'new',
        assigneeId: null,
        departmentId: ofDepartment,
        lastCustomerMessageAt: now(),
        removedAt: -1,
        known: [],
        log: [],
      }
      chats.push(chat)
      tell(chat, snapshotEvent('chat.new', chat.id, now(), snapshotOf(chat)), { at: now(), is: 'new' })
    },
    /** HelpCrunch or a person sends the chat to another department; its agent keeps it. */
    personMoves(): void {
      const chat = pick(chats)
      if (chat.status === 'closed') return
      chat.departmentId = pick([departmentId(10), departmentId(20)])
      const fact: Fact = { at: now(), is: 'moved' }
      tell(chat, snapshotEvent('chat.status_updated', chat.id, now(), snapshotOf(chat)), fact)
    },
    /** The chat is snoozed for some seconds, and keeps its agent. */
    personSnoozes(): void {
      const chat = pick(chats)
      if (chat.status === 'closed') return
      chat.snoozedUntil = now() + SNOOZE_MS
      const fact: Fact = { at: now(), is: 'snoozed' }
      tell(chat, snapshotEvent('chat.snoozed', chat.id, now(), snapshotOf(chat)), fact)
    },
    customerWrites(): void {
      const chat = pick(chats)
      chat.lastCustomerMessageAt = now()
      if (chat.status === 'closed') chat.status = 'opened'
      tell(chat, customerMessage(chat.id, now()), { at: now(), is: 'customer' })
    },
    personAssigns(): void {
      const [chat, to] = [pick(chats), anyAgent()]
      if (chat.assigneeId !== to && chat.status !== 'closed') assign(chat, to)
    },
    personRemoves(): void {
      const chat = pick(chats)
      if (chat.assigneeId === null || chat.status === 'closed') return
      chat.assigneeId = null
      chat.removedAt = now()
      tell(chat, snapshotEvent('chat.assigned', chat.id, now(), snapshotOf(chat)), { at: now(), is: 'removed' })
    },
    personCloses(): void {
      const chat = pick(chats)
      if (chat.status === 'closed') return
      chat.status = 'closed'
      tell(chat, snapshotEvent('chat.closed', chat.id, now(), snapshotOf(chat)), { at: now(), is: 'closed' })
    },
    /** HelpCrunch assigns an unassigned chat to the agent who answers it. */
    agentAnswers(): void {
      const chat = pick(chats)
      if (chat.status === 'closed') return
      if (chat.assigneeId === null) assign(chat, anyAgent())
      tell(chat, agentMessage(chat.id, chat.assigneeId ?? agentId(1), now()), { at: now(), is: 'agent' })
    },
  }
}
