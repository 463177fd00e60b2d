import type { Logger } from 'pino'
import type { Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

/** A copy that has not said for so long that it lives is replaced. */
const LIVES_MS = 3000
const BEAT_MS = 500
const QUICK_ANSWER_MS = 250

/** That this copy lives, as far as the others know. */
export interface Life {
  /** Says so, and from then on again and again. */
  begin(): Promise<void>
  /** Whether nobody can have replaced it yet. */
  isAlive(): boolean
  /** How many copies live, with this one. */
  copies(): number
  end(): void
}

/** A copy that cannot say that it lives gives up by its own clocks, before the others may take what it has. */
export function createLife(parts: {
  leases: Leases
  /** After each time it has said so. */
  onBeat: () => void
  /** It was replaced, or will be. */
  onEnded: () => void
  /** What time it is by the database's clock. */
  onTime: (now: number) => void
  /** This machine's clock, whatever the database's says. */
  clock: Clock
  logger: Logger
}): Life {
  const { leases, clock, logger } = parts
  const instant = () => ({ monotonic: clock.monotonic(), now: clock.now() })
  const ENDED = { monotonic: -Infinity, now: -Infinity }
  /** By both clocks: one of them stands still while the machine sleeps, the other may be set. */
  let until = ENDED
  let copies = 1
  let isEnding = false
  let hasTime = false
  let cancelBeat = (): void => undefined
  let cancelExpiry = (): void => undefined

  const isAlive = (): boolean => clock.monotonic() < until.monotonic && clock.now() < until.now

  function expire(): void {
    cancelExpiry()
    until = ENDED
    parts.onEnded()
  }

  async function renew(): Promise<void> {
    // The database cannot have counted from earlier.
    const since = instant()
    if (!isAlive()) {
      expire()
      await leases.join(LIVES_MS)
    }
    const life = await leases.renew(LIVES_MS)
    if (life === null) return expire()
    until = { monotonic: since.monotonic + LIVES_MS, now: since.now + LIVES_MS }
    cancelExpiry()
    cancelExpiry = clock.after(until.monotonic - clock.monotonic(), expire)
    copies = life.copies
    const tookMs = clock.monotonic() - since.monotonic
    // Of a slow answer nobody knows when it was true.
    if (hasTime && tookMs > QUICK_ANSWER_MS) return
    hasTime = true
    parts.onTime(life.now + tookMs / 2)
  }

  async function beat(): Promise<void> {
    try {
      await renew()
      parts.onBeat()
    } catch (error) {
      logger.warn({ err: error }, 'this copy cannot say that it lives, will be tried again')
    }
    if (!isEnding) cancelBeat = clock.after(BEAT_MS, () => void beat())
  }

  return {
    async begin() {
      await renew()
      cancelBeat = clock.after(BEAT_MS, () => void beat())
    },
    isAlive,
    copies: () => copies,
    end() {
      isEnding = true
      cancelBeat()
      cancelExpiry()
    },
  }
}
