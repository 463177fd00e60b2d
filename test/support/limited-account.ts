import { pino } from 'pino'
import { createLimiter, type LimitKind } from '../../demo/limiter.ts'
import { seededRandom } from '../../demo/random.ts'
import { openLane } from '../../src/rate-limit/lane.ts'
import type { LearnedBurst, Outcome } from '../../src/domain.ts'
import { createManualClock } from './manual-clock.ts'

/** An account with its limit on a clock of its own; the lane in front of it can be opened again and again. */
export function openLimitedAccount(options: {
  kind: LimitKind
  /** How much a bucket holds. */
  holds: number
  latencyMs: number
  seed: number
  limitPerMinute: number
  /** What the service believes the limit to be, if not that. */
  toldPerMinute?: number
}) {
  const { latencyMs, limitPerMinute } = options
  const clock = createManualClock()
  const random = seededRandom(options.seed)
  const limiter = createLimiter(options.kind, limitPerMinute, clock, options.holds)
  const seen = { allowed: 0, refused: 0 }
  const others = { allowed: 0, refused: 0 }
  let learned: LearnedBurst | null = null
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve))

  async function call(): Promise<Outcome<null>> {
    const half = () => wait((latencyMs / 2) * (0.5 + random()))
    await half()
    const isAllowed = limiter.take() === 0
    seen[isAllowed ? 'allowed' : 'refused'] += 1
    await half()
    return isAllowed ? { kind: 'ok', body: null, answeredAt: 0 } : { kind: 'limited', retryAfterMs: null }
  }

  function open() {
    const lane = openLane({
      limitPerMinute: options.toldPerMinute ?? limitPerMinute,
      sentAgoMs: [],
      learned,
      saveLearned: async (next) => void (learned = next),
      heldMs: 0,
      saveHeld: async () => undefined,
      probe: call,
      recordRequest: async () => undefined,
      maySend: () => true,
      clock,
      random,
      logger: pino({ level: 'silent' }),
      meter: { webhook: () => undefined, request: () => undefined, settled: () => undefined },
    })
    const send = () => lane.request('assignment', call)
    let isBusy = true
    /** Keeps ten waiting at any time, as a backlog does. */
    async function keepBusy(): Promise<void> {
      while (isBusy) await send()
    }
    return {
      send,
      startBacklog: () => {
        for (let i = 0; i < 10; i += 1) void keepBusy()
      },
      endBacklog: () => (isBusy = false),
    }
  }

  /** Another program that uses the account, too, evenly; what is refused it does not repeat. */
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

  return { clock, seen, others, open, startOther, learnedBurst: () => learned?.burst ?? null }
}
