import { median, percentile } from './statistics.ts'
import type { TrafficResult } from './traffic/contract.ts'
import type { TrafficProcess } from './traffic/traffic-process.ts'

/** Enough for the rest of a slow target, 256 chats at 15 a second. */
const DRAIN_SECONDS = 20
const SATURATION = { connections: 64, warmUpSeconds: 1, drainSeconds: DRAIN_SECONDS }

/** A program that assigns chats, and its costs. */
export interface Subject {
  readonly name: string
  readonly urls: readonly string[]
  /** Whether HelpCrunch's webhook about each PUT comes, too. */
  readonly isEchoed: boolean
  /** CPU time of the instances and their database server. */
  cpuMs(): number
}

/** One figure for each round. */
export interface Rounds {
  readonly perSecond: number[]
  readonly cpuMs: number[]
  /** The share of its core that the sender needed; it limits nothing as long as it is well below 1. */
  readonly senderShare: number[]
  readonly p50Ms: number[]
  readonly p99Ms: number[]
  readonly missing: number[]
}

export function emptyRounds(): Rounds {
  return { perSecond: [], cpuMs: [], senderShare: [], p50Ms: [], p99Ms: [], missing: [] }
}

/** As many assignments as possible, with `maxWaiting` chats waiting all the time. */
export function saturate(
  traffic: TrafficProcess,
  { urls, isEchoed, cpuMs }: Subject,
  { seconds, maxWaiting }: { seconds: number; maxWaiting: number },
  rounds: Rounds,
): Promise<void> {
  return observe(traffic, cpuMs, rounds, () =>
    traffic.run({ kind: 'saturate', ...SATURATION, maxWaiting, urls, isEchoed, seconds }),
  )
}

/** New chats at an even rate. */
export function pace(
  traffic: TrafficProcess,
  { urls, isEchoed, cpuMs }: Subject,
  { perSecond, seconds, drainSeconds = DRAIN_SECONDS }: { perSecond: number; seconds: number; drainSeconds?: number },
  rounds: Rounds,
): Promise<void> {
  return observe(traffic, cpuMs, rounds, () =>
    traffic.run({ kind: 'pace', urls, isEchoed, perSecond, seconds, drainSeconds }),
  )
}

async function observe(
  traffic: TrafficProcess,
  cpuMs: () => number,
  rounds: Rounds,
  run: () => Promise<TrafficResult>,
): Promise<void> {
  const before = { subject: cpuMs(), sender: traffic.cpuMs(), at: performance.now() }
  const result = await run()
  const after = { subject: cpuMs(), sender: traffic.cpuMs(), at: performance.now() }
  if (result.doubled > 0) throw new Error(`${result.doubled} chats were assigned twice`)
  const { waitsMs } = result
  rounds.perSecond.push(result.assignedPerSecond)
  rounds.cpuMs.push((after.subject - before.subject) / waitsMs.length)
  rounds.senderShare.push((after.sender - before.sender) / (after.at - before.at))
  rounds.p50Ms.push(waitsMs.length === 0 ? Number.NaN : percentile(waitsMs, 0.5))
  rounds.p99Ms.push(waitsMs.length === 0 ? Number.NaN : percentile(waitsMs, 0.99))
  rounds.missing.push(result.missing)
}

export type Medians = Readonly<Record<keyof Rounds, number>>

export function medians(rounds: Rounds): Medians {
  const of = (key: keyof Rounds) => median(rounds[key])
  return {
    perSecond: of('perSecond'),
    cpuMs: of('cpuMs'),
    senderShare: of('senderShare'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    missing: of('missing'),
  }
}
