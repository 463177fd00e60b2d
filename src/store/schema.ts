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
  /** One HelpCrunch account, with what there is once of each. */
  account: {
    id: Generated<AccountId>
    name: string
    /** The copy of this service that decides for it, and how often that changed. */
    holder: string | null
    fence: number
    /** How many assignments are open, kept along: counting a million would stop everything else. */
    waiting: number
    decided: number
    /** How many requests it takes at once, and when that was found out. */
    burst: number | null
    burst_learned_at: number | null
    /** Until when HelpCrunch asked to be sent nothing. */
    held_until: number | null
    /** Up to when its chats were searched. */
    searched_until: number | null
    /** Whether HelpCrunch says that the team is online; `null`: not known. */
    team_online: Generated<number | null>
  }
  /** The copies of this service that share the database. */
  copy: { id: string; alive_until: number }
  event: {
    account_id: AccountId
    id: EventId
    type: string
    chat_id: ChatId
    occurred_at: number
    received_at: number
  }
  /** What was stored for the copy that decides, and not taken in by it yet. */
  inbox: {
    id: Generated<number>
    account_id: AccountId
    chat_id: ChatId | null
    /** The customer of an event, where it names one. */
    customer_id: Generated<CustomerId | null>
    /** An event as JSON; `null`: a command line tool of an older version changed the account; `missed`: an instance had to refuse webhooks. */
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
    /** `chat` where it is not known: `facts` has what was said. */
    channel: Channel
    /** As JSON. */
    labels: string
    missed_by: string
    is_ours: number
    answer_due_at: number | null
    hand_over_at: number | null
    /** What the other columns do not tell, as JSON; `null`: an older version wrote the row. */
    facts: Generated<string | null>
    /** When a customer or an agent last did anything in it. */
    active_at: number
    /** Whose load the chat counts in. */
    held_by: AgentId | null
    /** Who is about to get it: it counts in their load, too. */
    reserved_for: AgentId | null
    /** How much of it: hundredths of a chat. */
    held_load: number
    /** When HelpCrunch last told us how the chat stands; 0: what it told raises a doubt, so it is asked; 1: it was. */
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
    /** Its place in the order: when it was opened, less the minutes of its priority. */
    rank_at: number
    not_before: number
    agent_id: AgentId | null
    /** The last decision in a sentence; all of them are in the table `decision`. */
    summary: string | null
    failures: number
    refusals: number
    settled_at: number | null
    /** Attempts that did not succeed, as JSON. */
    history: string | null
    /** What its decision took from the agents, as JSON, until it is settled. */
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
    /** When the last chats were given to them, as JSON. */
    recent_at: string
    missed_in_row: number
    last_active_at: number | null
    seen_at: number | null
    /** How many more chats an operator lets them have, ... */
    allowance_left: number | null
    /** ... and until when that counts. */
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
  /** Who had a customer's last chat. */
  customer_agent: {
    account_id: AccountId
    customer_id: CustomerId
    agent_id: AgentId
    at: number
    /** From when on no rule reads it. */
    forget_at: number
  }
  /** Of customers what a rule can use, as JSON. */
  customer: { account_id: AccountId; customer_id: CustomerId; read_at: number; data: string }
  department: { account_id: AccountId; id: DepartmentId; name: string }
  department_member: { account_id: AccountId; department_id: DepartmentId; agent_id: AgentId }
  request: { id: Generated<number>; account_id: AccountId; sent_at: number }
  /** What operators did: who, when, why, and what came of it. */
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
    /** What came of it as JSON; `null` while it is under way. */
    result: string | null
  }
  /** The rules that were in force, each version when it was first seen. */
  policy_version: {
    id: Generated<number>
    account_id: AccountId
    version: string
    seen_at: number
    author: string | null
    /** The routing file's text, or the settings in words where there is none. */
    source: string
  }
  /** The inputs of an account, in the order in which they were applied. */
  journal: { account_id: AccountId; seq: number; at: number; kind: string; data: string }
  /** The policies that decided, whole. */
  policy: { account_id: AccountId; version: string; since: number; text: string }
}

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>
export type ChatRow = Selectable<Tables['chat']>
export type AssignmentRow = Selectable<Tables['assignment']>
