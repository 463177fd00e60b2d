import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../src/clock.ts'
import { createSender } from '../demo/sender.ts'
import { openHelpCrunch, SIGNING_KEY, type HelpCrunch } from './help-crunch.ts'
import type { Section } from './section.ts'
import { startService } from './service.ts'
import { median, percentile } from './statistics.ts'
import { within } from './within.ts'

const INTERVAL_MS = 10
const FULL = { rounds: 5, chats: 600, warmUp: 300 }
const QUICK = { rounds: 1, chats: 150, warmUp: 250 }
const LONGEST_WAIT_MS = 10_000

/** How long after a customer's first word the chat has its agent. */
export const endToEnd: Section = async ({ isQuick, directory }) => {
  const { rounds, chats, warmUp } = isQuick ? QUICK : FULL
  await using helpCrunch = await openHelpCrunch()
  const environment = { RATE_LIMIT_PER_MINUTE: '1000000' }
  await using service = await startService({ helpCrunch, database: `${directory}/end-to-end.db`, environment })
  const sender = createSender({ url: service.webhooks, signingKey: SIGNING_KEY, clock: systemClock })
  helpCrunch.onWebhook(sender.send)

  await openChats(helpCrunch, warmUp, INTERVAL_MS)
  const results: number[][] = []
  for (let round = 0; round < rounds; round += 1) results.push(await openChats(helpCrunch, chats, INTERVAL_MS))
  await sender.settled()
  const of = (share: number) => median(results.map((waitsMs) => percentile(waitsMs, share)))
  return {
    title: `from webhook to PUT, ${1000 / INTERVAL_MS} new chats a second, median of ${rounds} rounds of ${chats} each`,
    rows: [{ '': 'service, no limit', 'p50 ms': of(0.5), 'p99 ms': of(0.99), 'longest ms': of(1) }],
    notes: [
      'aims: p50 below 4 ms, p99 below 15 ms',
      'from before the webhook is signed to the arrival of the PUT; HelpCrunch’s own webhook about each PUT comes on top',
    ],
  }
}

/** Opens chats at an even rate, whatever becomes of them, and answers how long each waited for its PUT. */
export async function openChats({ account, onPut }: HelpCrunch, count: number, intervalMs: number): Promise<number[]> {
  const openedAt = new Map<number, number>()
  const waitsMs: number[] = []
  const all = Promise.withResolvers<void>()
  onPut(({ chatId, at }) => {
    const sentAt = openedAt.get(chatId ?? 0)
    if (sentAt === undefined) return all.reject(new Error(`a PUT that nobody waits for, chat ${chatId}`))
    openedAt.delete(chatId ?? 0)
    waitsMs.push(at - sentAt)
    if (waitsMs.length === count) all.resolve()
  })
  const startedAt = performance.now()
  for (let i = 0; i < count; i += 1) {
    await delay(Math.max(0, startedAt + i * intervalMs - performance.now()))
    const sentAt = performance.now()
    openedAt.set(account.openChat(account.departments[i % account.departments.length]?.id ?? null).id, sentAt)
  }
  await within(LONGEST_WAIT_MS, () => `the PUTs of ${count - waitsMs.length} of ${count} chats`, all.promise)
  return waitsMs
}
