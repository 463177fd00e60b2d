import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from '../statistics.ts'
import { openManyAccounts } from './many-accounts.ts'

/** New chats at an even rate, over all accounts in turn. */
export interface TrafficJob {
  /** Of the copies, which get webhooks in turn. */
  readonly urls: readonly string[]
  readonly perSecond: number
  readonly seconds: number
}

export interface TrafficResult {
  readonly opened: number
  readonly assigned: number
  /** From the webhook's being sent to the arrival of the PUT, of those that came in this time. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Chats without a PUT, after half of the time and at its end. */
  readonly waitingHalfway: number
  readonly waiting: number
  /** Webhooks that were not taken, and sent again. */
  readonly repeated: number
}

const TICK_MS = 5
const { url, accounts, openChat, setUrls, counts } = await openManyAccounts(Number(process.argv[2]))

async function run({ urls, perSecond, seconds }: TrafficJob): Promise<TrafficResult> {
  setUrls(urls)
  const before = { ...counts }
  counts.waitsMs = []
  let opened = 0
  let waitingHalfway = 0
  const startedAt = performance.now()
  for (let passed = 0; passed < seconds * 1000; passed = performance.now() - startedAt) {
    for (const due = (passed / 1000) * perSecond; opened < due; opened += 1) openChat()
    if (passed < seconds * 500) waitingHalfway = counts.opened - counts.assigned
    await delay(TICK_MS)
  }
  const { waitsMs } = counts
  return {
    opened: counts.opened - before.opened,
    assigned: counts.assigned - before.assigned,
    p50Ms: waitsMs.length === 0 ? Number.NaN : percentile(waitsMs, 0.5),
    p99Ms: waitsMs.length === 0 ? Number.NaN : percentile(waitsMs, 0.99),
    waitingHalfway,
    waiting: counts.opened - counts.assigned,
    repeated: counts.repeated - before.repeated,
  }
}

// Whoever started this has gone.
process.once('disconnect', () => process.exit())
process.on('message', async (job: TrafficJob) => void process.send?.(await run(job)))
process.send?.({ url, accounts })
