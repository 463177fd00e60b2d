import type { Logger } from 'pino'
import type { Clock, Outcome } from '../domain.ts'
import { backoffMs } from './backoff.ts'
import type { Obstacle } from './contract.ts'

/** After so many failures in a row, or 404s in a row, HelpCrunch or its address is the cause, not one chat. */
const FAILURES_TO_OPEN = 5
/** No `Retry-After` is believed beyond this; one that seems longer was stored before the clock was set back. */
const LONGEST_HOLD_MS = 15 * 60_000
const LIMITED_BACKOFF = { minMs: 1000, maxMs: 60_000 }
/** Short, so that the full rate is back within seconds of HelpCrunch's return. */
const DOWN_BACKOFF = { minMs: 500, maxMs: 4000 }
const KEY_BACKOFF = { minMs: 5000, maxMs: 15 * 60_000 }

export interface Breaker {
  /** Takes note of an answer to a request that left at `sentAt` (monotonic). */
  observe(outcome: Outcome<unknown>, sentAt: number): void
  /** How long nothing may be sent; `Infinity` while a probe is under way. */
  holdMs(): number
  /** Whether the next request is to be a probe. */
  isProbing(): boolean
  probeLeft(): void
  obstacle(): Obstacle | null
}

/**
 * Knows when nothing may be sent: HelpCrunch answered 429, is down, or rejects the key. A hold is never made
 * shorter by a later one.
 */
export function createBreaker(parts: {
  /** How much longer an earlier run was asked to send nothing. */
  heldMs: number
  /** Nothing is to be sent for so long, also by the next run. */
  onHeld: (delayMs: number) => void
  clock: Clock
  random: () => number
  logger: Logger
  /** HelpCrunch was down, or had rejected the key, and answers again. */
  onRecovered: () => void
}): Breaker {
  const { clock, random, logger } = parts
  let holdUntil = clock.monotonic() + Math.min(parts.heldMs, LONGEST_HOLD_MS)
  let holdStartedAt = -Infinity
  let limitedInRow = 0
  let failuresInRow = 0
  let goneInRow = 0
  let trouble: { kind: 'key rejected' | 'down'; probes: number; isUnderWay: boolean } | null = null

  function hold(delayMs: number): void {
    holdUntil = Math.max(holdUntil, clock.monotonic() + delayMs)
  }

  function observeLimited(retryAfterMs: number | null, sentAt: number): void {
    // Those that were under way when the first one was refused are the same refusal.
    if (sentAt <= holdStartedAt) return
    limitedInRow += 1
    const delayMs = retryAfterMs ?? backoffMs(limitedInRow, random(), LIMITED_BACKOFF)
    holdStartedAt = clock.monotonic()
    hold(delayMs)
    // Not this delay: an earlier one may be longer.
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
    // A key is one account's: no other client probes with it, so the intervals need no jitter.
    hold(
      kind === 'down'
        ? backoffMs(trouble.probes - 1, random(), DOWN_BACKOFF)
        : backoffMs(trouble.probes - 1, 1, KEY_BACKOFF),
    )
  }

  /** A chat has disappeared, which may be; but if all have, or the probe's agents, the address is wrong. */
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
