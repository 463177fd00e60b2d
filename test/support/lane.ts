import { pino } from 'pino'
import { openLane } from '../../src/rate-limit/lane.ts'
import type { LearnedBurst, Outcome } from '../../src/domain.ts'
import { createManualClock } from './manual-clock.ts'

export const OK: Outcome<string> = { kind: 'ok', body: '', answeredAt: 0 }
export const FAILED: Outcome<string> = { kind: 'failed', reason: 'HTTP 500' }

/** A lane without HelpCrunch: the test gives the answer to each request. */
export function openTestLane(limitPerMinute = 120, sentAgoMs: number[] = [], heldMs = 0) {
  const clock = createManualClock()
  const probes: Outcome<unknown>[] = []
  let heldUntil = 0
  const learned: LearnedBurst[] = []
  const state = { probeAnswers: OK as Outcome<unknown>, maySend: true, isRecorded: Promise.resolve() }
  const lane = openLane({
    limitPerMinute,
    sentAgoMs,
    learned: null,
    saveLearned: async (next) => void learned.push(next),
    heldMs,
    saveHeld: async (delayMs) => void (heldUntil = clock.now() + delayMs),
    probe: async () => {
      probes.push(state.probeAnswers)
      return state.probeAnswers
    },
    recordRequest: () => state.isRecorded,
    maySend: () => state.maySend,
    clock,
    random: () => 1,
    logger: pino({ level: 'silent' }),
    meter: { webhook: () => undefined, request: () => undefined, settled: () => undefined },
  })
  return {
    clock,
    lane,
    probes,
    state,
    /** The learned bursts, in order. */
    learned,
    /** Until when the next decider holds its requests. */
    heldUntil: () => heldUntil,
    send: (outcome: Outcome<string>) => lane.request('assignment', async () => outcome),
  }
}

/** Waits until everything is done that does not wait for the clock. */
export const settle = () => new Promise<void>((resolve) => void setImmediate(resolve))
