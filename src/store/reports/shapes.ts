import type { FromSchema } from 'json-schema-to-ts'

const id = { type: 'integer', minimum: 1 } as const
const time = { type: 'integer', description: 'milliseconds since the epoch' } as const
const timeOrNull = { ...time, type: ['integer', 'null'] } as const
const idOrNull = { type: ['integer', 'null'] } as const
const text = { type: 'string' } as const
const textOrNull = { type: ['string', 'null'] } as const
const labels = { type: 'array', items: text } as const

const ms = { type: ['number', 'null'], description: 'milliseconds; null: there were none' } as const
/** The waits of some chats. */
export const waits = object({ average: ms, median: ms, p90: ms } as const)
export type Waits = FromSchema<typeof waits>

/** A chat that waits for an agent. */
export const waitingChat = object({
  chatId: id,
  departmentId: idOrNull,
  departmentName: textOrNull,
  channel: text,
  labels,
  waitingSince: time,
  reason: { type: ['string', 'null'], description: 'why no agent has it yet; null: it was not looked at yet' },
  isReasonShared: { type: 'boolean', description: 'the reason was found out for another chat of the same kind' },
  lookAgainAt: { ...timeOrNull, description: 'when time alone may change that; null: an event will' },
} as const)
export type WaitingChat = FromSchema<typeof waitingChat>

/** An agent with load and state. */
export const agentRow = object({
  agentId: id,
  agentName: text,
  departments: { type: 'array', items: object({ id, name: text } as const) },
  load: { type: 'number', description: 'chats that occupy the agent, by their weights' },
  pausedUntil: timeOrNull,
  isSetAside: { type: 'boolean', description: 'HelpCrunch refused to assign them a chat' },
  missedInRow: { type: 'integer' },
  allowanceLeft: { type: ['integer', 'null'], description: 'how many more chats an operator lets them have' },
  allowanceUntil: { ...timeOrNull, description: 'until when that counts' },
  lastActiveAt: timeOrNull,
  givenToday: { type: 'integer' },
  unansweredSince: { ...timeOrNull, description: 'since when their longest unanswered customer waits' },
} as const)
export type AgentRow = FromSchema<typeof agentRow>

/** A chat with an agent, whose customer wrote last. */
export const unansweredChat = object({
  chatId: id,
  departmentId: idOrNull,
  departmentName: textOrNull,
  agentId: id,
  agentName: textOrNull,
  unansweredSince: time,
  isAssignedByUs: { type: 'boolean' },
  missedBy: { type: 'array', items: { type: 'integer' } },
  labels,
} as const)
export type UnansweredChat = FromSchema<typeof unansweredChat>

/** An assignment that was refused or given up. */
export const failedChat = object({
  id,
  chatId: id,
  departmentName: textOrNull,
  state: text,
  failedAt: time,
  openedAt: time,
  attempts: { type: 'integer' },
  cause: { type: 'string', description: 'why the last attempt failed' },
  agentId: idOrNull,
  agentName: textOrNull,
} as const)
export type FailedChat = FromSchema<typeof failedChat>

/** One act of an operator. */
export const actRow = object({
  id,
  at: time,
  actor: text,
  kind: text,
  agentId: idOrNull,
  agentName: textOrNull,
  chatId: idOrNull,
  reason: textOrNull,
  until: timeOrNull,
  outcome: { type: ['string', 'null'], description: 'what came of it; null: under way' },
} as const)
export type ActRow = FromSchema<typeof actRow>

/** Rules that were in force from `seenAt` on. */
export const policyVersion = object({
  id,
  version: text,
  seenAt: time,
  author: textOrNull,
  source: text,
} as const)
export type PolicyVersion = FromSchema<typeof policyVersion>

function object<const Properties extends object>(properties: Properties) {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties) as (keyof Properties & string)[],
    properties,
  } as const
}
