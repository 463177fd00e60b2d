import { expect } from 'vitest'
import type { Envelope, StandInChat } from '../../demo/account.ts'
import { findUnassigned } from '../../demo/lost.ts'
import type { World } from '../support/world.ts'

/** What the oracle looks at. */
type Observed = Pick<World, 'account' | 'sender' | 'standIn' | 'log'>

const WINDOW_MS = 60_000

export type FaultRecord = ReturnType<typeof createRecord>

/** What people did, and when the service acknowledged the webhook about it. */
export function createRecord() {
  const byHand: { readonly chatId: number; readonly agentId: number | null; readonly webhook: string }[] = []
  const acknowledgedAt = new Map<string, number>()
  const webhooks: { readonly envelope: Envelope; readonly madeAt: number }[] = []
  let lastEnvelope = ''
  return {
    byHand,
    acknowledgedAt,
    /** To be called with each webhook as it is made. */
    made(envelope: Envelope): void {
      lastEnvelope = envelope.id
      webhooks.push({ envelope, madeAt: performance.now() })
    },
    acknowledged(this: void, envelope: Envelope): void {
      if (!acknowledgedAt.has(envelope.id)) acknowledgedAt.set(envelope.id, performance.now())
    },
    /** What happened to a chat, in order, to find the cause of a failure. */
    historyOf(chatId: number, world: Observed): object[] {
      const made = webhooks
        .filter(({ envelope }) => envelope.chatId === chatId)
        .map(({ envelope: { event, createdAt, id, eventData }, madeAt }) => {
          return { at: madeAt, event, createdAt, acknowledgedAt: acknowledgedAt.get(id), eventData }
        })
      const puts = world.standIn.puts().filter((put) => put.chatId === chatId)
      return [...made, ...puts].toSorted((a, b) => a.at - b.at)
    },
    takenByHand(chat: StandInChat, take: () => void): void {
      take()
      byHand.push({ chatId: chat.id, agentId: chat.assigneeId, webhook: lastEnvelope })
    },
    unassigned: ({ account, sender }: Observed) => findUnassigned(account, sender).map(({ id }) => id),
  }
}

/** Checks the promises by what the stand-in saw, and by nothing else. */
export function expectNothingBroken(
  world: Observed,
  record: FaultRecord,
  limits: { readonly capacity: number; readonly limitPerMinute: number },
): void {
  expect(record.unassigned(world), 'acknowledged chats without an agent').toEqual([])
  const histories = givenToTwo(world).map((chatId) => record.historyOf(chatId, world))
  expect(histories, 'chats that we gave to two agents').toEqual([])
  expect(overwritten(world, record), 'what a person decided and we overwrote').toEqual([])
  for (const [agentId, most] of world.account.mostAtOnce) {
    expect(most, `chats that agent ${agentId} had at once`).toBeLessThanOrEqual(limits.capacity)
  }
  expect(world.standIn.seen.filter(({ status }) => status === 429).length, 'refused for the limit').toBe(0)
  expect(mostInAMinute(world), 'requests in a minute').toBeLessThanOrEqual(limits.limitPerMinute)
}

function successes(world: Observed) {
  return world.standIn.puts().filter(({ status }) => status === 200)
}

function givenToTwo(world: Observed): number[] {
  const agentsByChat = Map.groupBy(successes(world), ({ chatId }) => chatId)
  return [...agentsByChat]
    .filter(([, puts]) => new Set(puts.map(({ agentId }) => agentId)).size > 1)
    .map(([chatId]) => chatId ?? 0)
}

/** PUTs that left after the service had acknowledged that a person assigned the chat. */
function overwritten(world: Observed, record: FaultRecord): object[] {
  return record.byHand.flatMap(({ chatId, agentId, webhook }) => {
    const knownAt = record.acknowledgedAt.get(webhook) ?? Infinity
    const later = successes(world).filter((put) => put.chatId === chatId && put.at > knownAt && put.agentId !== agentId)
    return later.filter((put) => put.at - tookMs(world, put) > knownAt)
  })
}

/**
 * How long a PUT was on its way, by the service's own log: one that had left before the webhook was acknowledged cannot
 * be called back (the gap in the README). Without a log line, as after a kill, it counts from its arrival.
 */
function tookMs(world: Observed, { chatId, agentId }: { chatId: number | null; agentId: number | null }): number {
  const lines = world.log.filter((line) => line.chatId === chatId && line.agentId === agentId)
  return Math.max(0, ...lines.map(({ durationMs = 0 }) => durationMs))
}

function mostInAMinute(world: Observed): number {
  const times = world.standIn.seen.map(({ at }) => at)
  let first = 0
  let most = 0
  for (const [index, at] of times.entries()) {
    while ((times[first] ?? at) <= at - WINDOW_MS) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
