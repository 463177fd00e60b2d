import type { FastifyInstance } from 'fastify'
import { explainChat } from '../../core/describe-history.ts'
import type { ChatId } from '../../domain.ts'
import { ApiError } from './api-error.ts'
import type { ApiAccount } from './contract.ts'
import type { RouteParts } from './request-context.ts'
import { chatParams, time, timeOrNull } from './schemas.ts'

/** Events may be a little older than the first assignment: a webhook was stored before it was applied. */
const EVENTS_BEFORE_MS = 60_000
const MAX_EVENTS = 200

const named = {
  type: ['object', 'null'],
  properties: { id: { type: 'integer' }, name: { type: ['string', 'null'] } },
} as const
const integers = { type: 'array', items: { type: 'integer' } } as const
const step = {
  type: 'object',
  properties: {
    rule: { type: 'string' },
    kept: integers,
    dropped: {
      type: 'array',
      items: { type: 'object', properties: { reason: { type: 'string' }, agentIds: integers } },
    },
    scores: {
      type: 'array',
      items: { type: 'object', properties: { agentId: { type: 'integer' }, score: { type: 'number' } } },
    },
    isPassedOver: { type: 'boolean' },
    skipped: { type: 'string' },
  },
} as const
const decision = {
  type: 'object',
  properties: {
    decidedAt: time,
    policy: { type: 'string' },
    agentId: { type: ['integer', 'null'] },
    summary: { type: 'string' },
    lookAgainAt: timeOrNull,
    known: { type: 'object', properties: { waitedMs: { type: 'integer' } } },
    steps: { type: 'array', items: step },
  },
} as const
const assignment = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    state: { type: 'string' },
    openedAt: time,
    settledAt: timeOrNull,
    agent: named,
    attempts: {
      type: 'array',
      items: {
        type: 'object',
        properties: { at: time, agentId: { type: ['integer', 'null'] }, reason: { type: 'string' } },
      },
    },
    decisions: { type: 'array', items: decision },
  },
} as const
const chatAnswer = {
  type: 'object',
  properties: {
    chatId: { type: 'integer' },
    words: { type: 'string', description: 'the whole history as text' },
    status: { type: 'string' },
    department: named,
    agent: named,
    channel: { type: 'string' },
    labels: { type: 'array', items: { type: 'string' } },
    missedBy: integers,
    isAssignedByUs: { type: 'boolean' },
    restingSince: { ...timeOrNull, description: 'it stays without an agent until the customer writes again' },
    answerDueAt: timeOrNull,
    chatUrl: { type: ['string', 'null'] },
    agentNames: { type: 'object', additionalProperties: { type: 'string' } },
    assignments: { type: 'array', items: assignment },
    events: {
      type: 'array',
      items: { type: 'object', properties: { type: { type: 'string' }, occurredAt: time, receivedAt: time } },
    },
  },
} as const

/** `GET …/chats/:chatId`: everything on record about a chat, and the reason for its state. */
export function chatRoutes(app: FastifyInstance, { context }: RouteParts): void {
  app.get<{ Params: { chatId: number } }>(
    '/accounts/:account/chats/:chatId',
    { schema: { summary: 'A chat and every decision for it', params: chatParams, response: { 200: chatAnswer } } },
    async (request) => readChat(context.accountOf(request), request.params.chatId as ChatId),
  )
}

async function readChat(account: ApiAccount, chatId: ChatId) {
  const history = await account.explain(chatId)
  if (history === null) throw new ApiError(404, 'no_such_chat', `there is no record of chat ${chatId}`)
  const { chat, assignments } = history
  const { reports } = account
  const [names, departments] = [await reports.names(), await reports.departments()]
  const agentOf = (id: number | null) => (id === null ? null : { id, name: names.get(id) ?? null })
  const department = departments.find(({ id }) => id === chat.departmentId)
  const begunAt = Math.min(chat.firstSeenAt ?? Infinity, assignments[0]?.openedAt ?? Infinity)
  return {
    chatId,
    words: explainChat(history),
    status: chat.status,
    department: chat.departmentId === null ? null : { id: chat.departmentId, name: department?.name ?? null },
    agent: agentOf(chat.assigneeId),
    channel: chat.channel,
    labels: chat.labels,
    missedBy: chat.missedBy,
    isAssignedByUs: chat.assignedByUs,
    restingSince: chat.restingSince,
    answerDueAt: chat.answerDueAt,
    chatUrl: account.chatUrl(chatId),
    agentNames: Object.fromEntries(names),
    assignments: assignments.map(({ agentId, ...rest }) => ({ ...rest, agent: agentOf(agentId) })),
    events: begunAt === Infinity ? [] : await reports.events(chatId, begunAt - EVENTS_BEFORE_MS, MAX_EVENTS),
  }
}
