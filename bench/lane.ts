import { mock } from 'node:test'
import PQueue from 'p-queue'
import { createLimiter, type LimitKind } from '../demo/limiter.ts'
import { seededRandom } from '../demo/random.ts'
import { createRateWindow } from '../src/rate-limit/rate-window.ts'
import type { Clock } from '../src/domain.ts'
import type { Section } from './section.ts'

const LIMIT = 120
const REQUESTS = 600
const MINUTE_MS = 60_000
/** Each way takes from nothing to so much. */
const JITTER_MS = 20
/** Not at the beginning of one of HelpCrunch's minutes. */
const STARTS_AT = 7919

/**
 * Why the lane has a rate window of its own, and not p-queue's strict one: requests that leave a minute apart arrive
 * less than a minute apart when the network jitters. In virtual time, so the same on every machine.
 */
export const lane: Section = async () => {
  const rows = []
  for (const kind of ['sliding', 'fixed', 'bucket'] as const) {
    rows.push({ ...(await sendAll(kind, strictQueue)), gate: 'p-queue, strict: true' })
    rows.push({ ...(await sendAll(kind, ownWindow)), gate: 'createRateWindow' })
  }
  return {
    title: `${REQUESTS} requests through a limit of ${LIMIT} a minute, each way 0 to ${JITTER_MS} ms, in virtual time`,
    rows: rows.map(({ gate, kind, sent, refused, used }) => ({
      'what opens the lane': gate,
      'account’s limit': kind,
      sent,
      refused,
      'share used in 5 minutes': used,
    })),
    notes: ['aim: nothing refused, all of the limit used; a refused request is sent again'],
  }
}

/** Sends when it may; `send` resolves with the answer. */
type Gate = (send: () => Promise<void>) => void

const virtualClock: Clock = {
  now: () => Date.now(),
  monotonic: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.ceil(delayMs))
    return () => clearTimeout(timer)
  },
}

function strictQueue(): Gate {
  const queue = new PQueue({ strict: true, intervalCap: LIMIT, interval: MINUTE_MS })
  return (send) => void queue.add(send)
}

function ownWindow(): Gate {
  const window = createRateWindow(() => LIMIT, virtualClock)
  const waiting: (() => Promise<void>)[] = []
  let cancel = (): void => undefined
  function open(): void {
    cancel()
    while (waiting.length > 0 && window.waitMs() === 0) {
      const place = window.reserve()
      place.depart()
      void waiting
        .shift()?.()
        .then(() => {
          place.release()
          open()
        })
    }
    const waitMs = window.waitMs()
    if (waiting.length > 0 && waitMs < Infinity) cancel = virtualClock.after(waitMs, open)
  }
  return (send) => {
    waiting.push(send)
    open()
  }
}

async function sendAll(kind: LimitKind, createGate: () => Gate) {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: STARTS_AT })
  const random = seededRandom(1)
  const limiter = createLimiter(kind, LIMIT, virtualClock)
  const seen = { sent: 0, refused: 0, allowed: 0 }
  const gate = createGate()
  const onTheWay = () => new Promise<void>((resolve) => void virtualClock.after(random() * JITTER_MS, resolve))

  async function send(): Promise<void> {
    seen.sent += 1
    await onTheWay()
    const isAllowed = limiter.take() === 0
    seen[isAllowed ? 'allowed' : 'refused'] += 1
    await onTheWay()
    if (!isAllowed) gate(send)
  }

  for (let i = 0; i < REQUESTS; i += 1) gate(send)
  const minutes = REQUESTS / LIMIT
  for (let passedMs = 1; passedMs < minutes * MINUTE_MS; passedMs += 1) {
    mock.timers.tick(1)
    await new Promise<void>((resolve) => void setImmediate(resolve))
  }
  mock.timers.reset()
  return { kind, ...seen, used: seen.allowed / REQUESTS }
}
