import { pino } from 'pino'
import { createLimiter, type LimitKind } from '../../demo/limiter.ts'
import { seededRandom } from '../../demo/random.ts'
import { openLane } from '../../src/rate-limit/lane.ts'
import type { LearnedBurst, Outcome } from '../../src/domain.ts'
import { createManualClock } from './manual-clock.ts'

const WINDOW_MS = 60_000

/** How long an answer takes: there and back take half of it each, independently of each other. */
export type Latency = readonly [leastMs: number, mostMs: number]

/** An account with its limit on a clock of its own; the lane in front of it can be opened again and again. */
export function openLimitedAccount(options: {
  kind: LimitKind
  /** How much a bucket holds. */
  holds: number
  latency: Latency
  seed: number
  limitPerMinute: number
  /** The limit in the service's settings, if it is another one. */
  toldPerMinute?: number
}) {
  const { limitPerMinute } = options
  const [leastMs, mostMs] = options.latency
  const clock = createManualClock()
  const random = seededRandom(options.seed)
  const limiter = createLimiter(options.kind, limitPerMinute, clock, options.holds)
  const seen = { allowed: 0, refused: 0 }
  const others = { allowed: 0, refused: 0 }
  let underWay = 0
  /** What outlives the process. */
  let learned: LearnedBurst | null = null
  let sentAt: number[] = []
  let heldUntil = 0
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))

  async function call(): Promise<Outcome<null>> {
    const half = () => wait((leastMs + random() * (mostMs - leastMs)) / 2)
    underWay += 1
    await half()
    const isAllowed = limiter.take() === 0
    seen[isAllowed ? 'allowed' : 'refused'] += 1
    await half()
    underWay -= 1
    return isAllowed ? { kind: 'ok', body: null, answeredAt: 0 } : { kind: 'limited', retryAfterMs: null }
  }

  function open() {
    let isKilled = false
    sentAt = sentAt.filter((at) => at > clock.now() - WINDOW_MS)
    const lane = openLane({
      limitPerMinute: options.toldPerMinute ?? limitPerMinute,
      sentAgoMs: sentAt.map((at) => clock.now() - at),
      learned,
      saveLearned: async (next) => {
        if (!isKilled) learned = next
      },
      heldMs: heldUntil - clock.now(),
      saveHeld: async (delayMs) => {
        if (!isKilled) heldUntil = clock.now() + delayMs
      },
      probe: call,
      recordRequest: async (at) => void sentAt.push(at),
      maySend: () => true,
      clock,
      random,
      logger: pino({ level: 'silent' }),
      meter: { webhook: () => undefined, request: () => undefined, settled: () => undefined },
    })
    const send = () => lane.request('assignment', call)
    let isBusy = true
    async function keepBusy(): Promise<void> {
      while (isBusy) await send().catch(() => null)
    }
    return {
      send,
      /** Keeps ten waiting at any time, besides those under way. */
      startBacklog: () => {
        const fitting = Math.ceil((limitPerMinute * mostMs) / WINDOW_MS)
        for (let i = 0; i < 10 + fitting; i += 1) void keepBusy()
      },
      /** Ends it like kill -9: requests under way arrive, and their answers are lost. */
      kill: () => {
        isKilled = true
        isBusy = false
        void lane.close()
      },
    }
  }

  /** Another program that uses the account evenly, and does not repeat refused requests. */
  function startOther(perMinute: number): () => void {
    let isStopped = false
    const next = () => {
      if (isStopped) return
      others[limiter.take() === 0 ? 'allowed' : 'refused'] += 1
      clock.after((60_000 / perMinute) * (0.9 + 0.2 * random()), next)
    }
    if (perMinute > 0) next()
    return () => (isStopped = true)
  }

  return {
    clock,
    seen,
    others,
    open,
    startOther,
    underWay: () => underWay,
    learnedBurst: () => learned?.burst ?? null,
  }
}
