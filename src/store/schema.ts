import type { Generated, Kysely, Selectable, Transaction } from 'kysely'
import type {
  AccountId,
  AgentId,
  AssignmentId,
  AssignmentState,
  Channel,
  ChatId,
  CustomerId,
  DepartmentId,
  EventId,
} from '../domain.ts'

/** The tables. Booleans are 0 or 1, times milliseconds since the epoch: the same in every dialect. */
export interface Tables {
  /** One HelpCrunch account. */
  account: {
    id: Generated<AccountId>
    name: string
    /** The instance that decides for the account; `fence` counts the changes. */
    holder: string | null
    fence: number
    /** How many assignments are open. Stored, because counting a million would stop everything else. */
    waiting: number
    decided: number
    /** How many requests the account accepts at once, and when that was learned. */
    burst: number | null
    burst_learned_at: number | null
    /** The end of a hold that HelpCrunch asked for. */
    held_until: number | null
    /** Up to when the account's chats were searched. */
    searched_until: number | null
    /** Whether HelpCrunch says that the team is online; `null`: not known. */
    team_online: Generated<number | null>
  }
  /** The instances of this service that share the database. */
  copy: { id: string; alive_until: number }
  event: {
    account_id: AccountId
    id: EventId
    type: string
    chat_id: ChatId
    occurred_at: number
    received_at: number
  }
  /** Events and acts for the deciding instance that it has not applied yet. */
  inbox: {
    id: Generated<number>
    account_id: AccountId
    chat_id: ChatId | null
    /** The customer that the event names, or `null`. */
    customer_id: Generated<CustomerId | null>
    /**
     * An event or an act as JSON. `null`: a command line tool of an older version changed the account. `missed`: an
     * instance had to refuse webhooks.
     */
    data: string | null
  }
  chat: {
    account_id: AccountId
    id: ChatId
    status: string
    department_id: DepartmentId | null
    assignee_id: AgentId | null
    snoozed_until: number | null
    taken_off_at: number | null
    snapshot_at: number | null
    last_customer_message_at: number | null
    last_agent_message_at: number | null
    first_seen_at: number | null
    customer_id: CustomerId | null
    /** `chat` if it is not known; `facts` has what was said. */
    channel: Channel
    /** As JSON. */
    labels: string
    missed_by: string
    is_ours: number
    answer_due_at: number | null
    hand_over_at: number | null
    /** The fields without a column of their own, as JSON; `null`: an older version wrote the row. */
    facts: Generated<string | null>
    /** When the chat last changed, or its customer or an agent wrote. */
    active_at: number
    /** The agent whose load the chat counts in. */
    held_by: AgentId | null
    /** The agent who is about to get the chat, and whose load it counts in, too. */
    reserved_for: AgentId | null
    /** How much the chat counts, in hundredths of a chat. */
    held_load: number
    /**
     * When HelpCrunch last told the chat's state; 0: it is in doubt and must be fetched; 1: that fetch is under way.
     */
    heard_at: number
    updated_at: number
  }
  assignment: {
    id: Generated<AssignmentId>
    account_id: AccountId
    chat_id: ChatId
    event_id: EventId
    state: AssignmentState
    pool: string
    opened_at: number
    /** The place in the queue: when the assignment was opened, less the lead of its priority. */
    rank_at: number
    not_before: number
    agent_id: AgentId | null
    /** The last decision in a sentence; the table `decision` has all decisions. */
    summary: string | null
    failures: number
    refusals: number
    settled_at: number | null
    /** Failed attempts, as JSON. */
    history: string | null
    /** What the decision took from the agents, as JSON, until the assignment is settled. */
    choice: string | null
  }
  agent: {
    account_id: AccountId
    id: AgentId
    name: string
    is_listed: number
    paused_until: number | null
    is_set_aside: number
    /** Hundredths of a chat. */
    load: number
    turn: number
    credit: number
    /** When the last chats were assigned to the agent, as JSON. */
    recent_at: string
    missed_in_row: number
    last_active_at: number | null
    seen_at: number | null
    /** How many more chats an operator allows the agent ... */
    allowance_left: number | null
    /** ... and until when. */
    allowance_until: number | null
  }
  decision: {
    id: Generated<number>
    account_id: AccountId
    chat_id: ChatId
    assignment_id: AssignmentId
    decided_at: number
    agent_id: AgentId | null
    /** The decision as JSON. */
    data: string
  }
  /** The agent of a customer's last chat. */
  customer_agent: {
    account_id: AccountId
    customer_id: CustomerId
    agent_id: AgentId
    at: number
    /** The time from which no rule reads the row. */
    forget_at: number
  }
  /** The facts of customers that a rule can use, as JSON. */
  customer: { account_id: AccountId; customer_id: CustomerId; read_at: number; data: string }
  department: { account_id: AccountId; id: DepartmentId; name: string }
  department_member: { account_id: AccountId; department_id: DepartmentId; agent_id: AgentId }
  request: { id: Generated<number>; account_id: AccountId; sent_at: number }
  /** Operators' acts: who, when, why, and the result. */
  operator_act: {
    id: Generated<number>
    account_id: AccountId
    at: number
    actor: string
    kind: string
    agent_id: AgentId | null
    chat_id: ChatId | null
    reason: string | null
    /** The whole act as JSON. */
    data: string
    idempotency_key: string
    /** The result as JSON; `null` while the act is under way. */
    result: string | null
  }
  /** The policies that were in force, each with the time when it was first seen. */
  policy_version: {
    id: Generated<number>
    account_id: AccountId
    version: string
    seen_at: number
    author: string | null
    /** The routing file's text, or, without a file, the settings in words. */
    source: string
  }
  /** The inputs of an account, in the order in which they were applied. */
  journal: { account_id: AccountId; seq: number; at: number; kind: string; data: string }
  /** The complete policies that decisions were made by. */
  policy: { account_id: AccountId; version: string; since: number; text: string }
}

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>
export type ChatRow = Selectable<Tables['chat']>
export type AssignmentRow = Selectable<Tables['assignment']>
