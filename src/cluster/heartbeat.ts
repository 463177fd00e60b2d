import type { Logger } from 'pino'
import type { Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'

/** An instance whose last heartbeat is older than this may be replaced. */
const LIVES_MS = 3000
const BEAT_MS = 500
const QUICK_ANSWER_MS = 250

/** This instance's heartbeat, which shows other instances that it is alive. */
export interface Heartbeat {
  /** Sends the first heartbeat; the others follow. */
  begin(): Promise<void>
  /** Whether no other instance can have taken its leases yet. */
  isAlive(): boolean
  /** How many instances are alive, including this one. */
  instances(): number
  end(): void
}

/** An instance that cannot renew its heartbeat stops by its local clocks before others may take its leases. */
export function createHeartbeat(parts: {
  leases: Leases
  /** Called after each heartbeat. */
  onBeat: () => void
  /** Called when other instances have taken the leases, or may from now on. */
  onEnded: () => void
  /** Called with the time of day by the database's clock. */
  onTime: (now: number) => void
  /** This machine's clock, not the database's. */
  clock: Clock
  logger: Logger
}): Heartbeat {
  const { leases, clock, logger } = parts
  const instant = () => ({ monotonic: clock.monotonic(), now: clock.now() })
  const ENDED = { monotonic: -Infinity, now: -Infinity }
  /** The end by both clocks: the monotonic one may stop while the machine sleeps, and the time of day may be set. */
  let until = ENDED
  let instances = 1
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
    // The database counts the heartbeat from this moment or later.
    const since = instant()
    if (!isAlive()) {
      expire()
      await leases.join(LIVES_MS)
    }
    const renewed = await leases.renew(LIVES_MS)
    if (renewed === null) return expire()
    until = { monotonic: since.monotonic + LIVES_MS, now: since.now + LIVES_MS }
    cancelExpiry()
    cancelExpiry = clock.after(until.monotonic - clock.monotonic(), expire)
    instances = renewed.instances
    const tookMs = clock.monotonic() - since.monotonic
    // The time in a slow answer is too inexact to set the clock.
    if (hasTime && tookMs > QUICK_ANSWER_MS) return
    hasTime = true
    parts.onTime(renewed.now + tookMs / 2)
  }

  async function beat(): Promise<void> {
    try {
      await renew()
      parts.onBeat()
    } catch (error) {
      logger.warn({ err: error }, 'heartbeat not renewed, will be tried again')
    }
    if (!isEnding) cancelBeat = clock.after(BEAT_MS, () => void beat())
  }

  return {
    async begin() {
      await renew()
      cancelBeat = clock.after(BEAT_MS, () => void beat())
    },
    isAlive,
    instances: () => instances,
    end() {
      isEnding = true
      cancelBeat()
      cancelExpiry()
    },
  }
}
