import type { Logger } from 'pino'
import type { Clock, Outcome } from '../domain.ts'
import { backoffMs } from './backoff.ts'
import type { Obstacle } from './contract.ts'

/** After this many failures or 404s in a row, the cause is HelpCrunch or its address, not one chat. */
const FAILURES_TO_OPEN = 5
/** No hold lasts longer. A stored hold that seems longer was written before the clock was set back: how long it was is not known. */
const LONGEST_HOLD_MS = 15 * 60_000
const LIMITED_BACKOFF = { minMs: 1000, maxMs: 60_000 }
/** Short, so that the full rate is back within seconds of HelpCrunch's return. */
const DOWN_BACKOFF = { minMs: 500, maxMs: 4000 }
const KEY_BACKOFF = { minMs: 5000, maxMs: 15 * 60_000 }

export interface Breaker {
  /** Records the answer to a request that left at `sentAt` (monotonic). */
  observe(outcome: Outcome<unknown>, sentAt: number): void
  /** How long until a request may be sent; `Infinity` while a probe is under way. */
  holdMs(): number
  /** Whether the next request must be a probe. */
  isProbing(): boolean
  probeLeft(): void
  obstacle(): Obstacle | null
}

/**
 * Stops requests while HelpCrunch answers 429, is down, or rejects the key. A later hold never shortens an earlier one.
 */
export function createBreaker(parts: {
  /** The rest of a hold that HelpCrunch asked of an earlier run. */
  heldMs: number
  /** Called with the length of a hold, which the next run has to keep, too. */
  onHeld: (delayMs: number) => void
  clock: Clock
  random: () => number
  logger: Logger
  /** Called when HelpCrunch answers again after it was down or had rejected the key. */
  onRecovered: () => void
}): Breaker {
  const { clock, random, logger } = parts
  let holdUntil = clock.monotonic() + (parts.heldMs > LONGEST_HOLD_MS ? LIMITED_BACKOFF.maxMs : parts.heldMs)
  let holdStartedAt = -Infinity
  let limitedInRow = 0
  let failuresInRow = 0
  let goneInRow = 0
  let trouble: { kind: 'key rejected' | 'down'; probes: number; isUnderWay: boolean } | null = null

  function hold(delayMs: number): void {
    holdUntil = Math.max(holdUntil, clock.monotonic() + delayMs)
  }

  function observeLimited(retryAfterMs: number | null, sentAt: number): void {
    // A request that was under way at the first refusal is part of the same refusal.
    if (sentAt <= holdStartedAt) return
    limitedInRow += 1
    const delayMs = retryAfterMs ?? backoffMs(limitedInRow, random(), LIMITED_BACKOFF)
    holdStartedAt = clock.monotonic()
    hold(delayMs)
    // Not `delayMs`: an earlier hold may last longer.
    parts.onHeld(holdUntil - clock.monotonic())
    logger.warn({ outcome: 'limited', delayMs, retryAfterMs }, 'lane held: HelpCrunch answered 429')
  }

  function openFor(kind: 'key rejected' | 'down', detail: object): void {
    if (trouble === null || trouble.kind !== kind) {
      trouble = { kind, probes: 0, isUnderWay: false }
      logger.error({ outcome: kind, ...detail }, TROUBLE[kind])
    }
    trouble.isUnderWay = false
    trouble.probes += 1
    // Only this account uses the key, so no other client probes at the same time: the interval needs no jitter.
    hold(
      kind === 'down'
        ? backoffMs(trouble.probes - 1, random(), DOWN_BACKOFF)
        : backoffMs(trouble.probes - 1, 1, KEY_BACKOFF),
    )
  }

  /** A single chat may have disappeared. But if every chat is gone, or the probe gets a 404, the address is wrong. */
  function observeGone(wasProbe: boolean): void {
    goneInRow += 1
    if (wasProbe || (trouble === null && goneInRow >= FAILURES_TO_OPEN))
      openFor(trouble?.kind ?? 'down', { reason: ALL_GONE })
    else if (trouble === null) failuresInRow = 0
  }

  function observeAnswered(): void {
    goneInRow = 0
    failuresInRow = 0
    limitedInRow = 0
    if (trouble === null) return
    logger.info({ outcome: 'recovered', was: trouble.kind, probes: trouble.probes }, 'lane open again')
    trouble = null
    parts.onRecovered()
  }

  return {
    observe(outcome, sentAt) {
      const wasProbe = trouble?.isUnderWay === true
      switch (outcome.kind) {
        case 'limited':
          if (trouble !== null) trouble.isUnderWay = false
          observeLimited(outcome.retryAfterMs, sentAt)
          break
        case 'unauthorized':
          if (trouble?.kind !== 'key rejected' || wasProbe) openFor('key rejected', { status: outcome.status })
          break
        case 'failed':
          failuresInRow += 1
          if (trouble === null ? failuresInRow >= FAILURES_TO_OPEN : wasProbe) {
            openFor(trouble?.kind ?? 'down', { reason: outcome.reason })
          }
          break
        case 'gone':
          observeGone(wasProbe)
          break
        case 'ok':
        case 'refused':
          observeAnswered()
      }
    },
    holdMs() {
      if (trouble?.isUnderWay === true) return Infinity
      return Math.max(0, holdUntil - clock.monotonic())
    },
    isProbing: () => trouble !== null && !trouble.isUnderWay,
    probeLeft() {
      if (trouble !== null) trouble.isUnderWay = true
    },
    obstacle() {
      if (trouble !== null) return { kind: trouble.kind, detail: TROUBLE[trouble.kind] }
      const holdMs = holdUntil - clock.monotonic()
      if (holdMs <= 0) return null
      return {
        kind: 'limited',
        detail: `HelpCrunch answered 429; nothing is sent for another ${Math.ceil(holdMs / 1000)} s`,
      }
    },
  }
}

const ALL_GONE = 'HTTP 404 for one call after the other: check HELPCRUNCH_API_URL (in ACCOUNTS_FILE: apiUrl)'
const TROUBLE = {
  'key rejected':
    'HelpCrunch rejects the API key: nothing is sent until it takes it; check HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiKey)',
  down: 'HelpCrunch does not answer: nothing is sent but one probe at a time until it does',
}
