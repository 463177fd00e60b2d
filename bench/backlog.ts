import { setTimeout as delay } from 'node:timers/promises'
import { openBacklogSubject, type BacklogSubject } from './backlog-subject.ts'
import { startLoad } from './load-process.ts'
import { readMemoryMb } from './process-figures.ts'
import type { Section } from './section.ts'
import { ADMIN_TOKEN } from './service.ts'
import { median, ratio } from './statistics.ts'

const CONNECTIONS = 64
const FULL = { waiting: 1_000_000, starts: 5, rounds: 15, webhooks: CONNECTIONS * 50, slots: 25 }
const QUICK = { waiting: 20_000, starts: 1, rounds: 3, webhooks: CONNECTIONS * 10, slots: 5 }
/** The service gives memory back a second after it listens. */
const UNTIL_AT_REST_MS = 2000

/** What chats that wait cost everything else: nothing, however many they are. */
export const backlog: Section = async ({ isQuick, directory }) => {
  const { waiting, starts, rounds, webhooks, slots } = isQuick ? QUICK : FULL
  await using stack = new AsyncDisposableStack()
  const open = async (count: number): Promise<Measured> => {
    const subject = stack.use(await openBacklogSubject(`${directory}/${count}.db`, count))
    return { subject, startMs: [], restMb: [], perSecond: [], busyMb: [], scrapeMs: [], slotMs: [] }
  }
  const [none, many] = [await open(0), await open(waiting)]

  for (let i = 0; i < starts; i += 1) for (const each of [none, many]) await measureStart(each)

  const load = stack.use(startLoad())
  const running = []
  for (const each of [none, many]) running.push({ ...each, service: stack.use(await each.subject.start()) })
  for (let round = -1; round < rounds; round += 1) {
    for (const { subject, service, perSecond } of round % 2 === 0 ? running : running.toReversed()) {
      const job = { url: service.webhooks, connections: CONNECTIONS, webhooks: subject.prepareNewChats(webhooks) }
      const result = await load.send(job)
      // The first round only warms up.
      if (round >= 0) perSecond.push(result.perSecond)
    }
  }
  for (const { service, busyMb } of running) busyMb.push(readMemoryMb(service.pid))
  for (let i = 0; i < slots; i += 1) {
    for (const { subject, service, scrapeMs, slotMs } of running) {
      scrapeMs.push(await measureScrape(service.url))
      slotMs.push(await subject.freeSlot(service.webhooks))
    }
  }

  const compare = (what: string, key: Exclude<keyof Measured, 'subject'>) => ({
    '': what,
    'none waiting': median(none[key]),
    [`${waiting.toLocaleString('en')} waiting`]: median(many[key]),
    ratio: ratio(many[key], none[key]),
  })
  return {
    title: 'what chats that wait for an agent cost everything else',
    rows: [
      compare(`start-up until /healthz, ms (median of ${starts})`, 'startMs'),
      compare('memory at rest, MB', 'restMb'),
      compare(`memory after ${(rounds + 1) * webhooks} webhooks, MB`, 'busyMb'),
      compare(`webhooks a second (median of ${rounds})`, 'perSecond'),
      compare(`GET /metrics, ms (median of ${slots})`, 'scrapeMs'),
      compare(`slot freed until PUT, ms (median of ${slots})`, 'slotMs'),
    ],
    notes: ['aim: the ratio stays at 1', 'all agents are at capacity, and every webhook adds a chat that waits'],
  }
}

interface Measured {
  readonly subject: BacklogSubject
  readonly startMs: number[]
  readonly restMb: number[]
  readonly perSecond: number[]
  readonly busyMb: number[]
  readonly scrapeMs: number[]
  readonly slotMs: number[]
}

async function measureStart({ subject, startMs, restMb }: Measured): Promise<void> {
  await using service = await subject.start()
  startMs.push(service.startMs)
  await delay(UNTIL_AT_REST_MS)
  restMb.push(readMemoryMb(service.pid))
}

/** It counts the chats that wait, on the service's own event loop. */
async function measureScrape(url: string): Promise<number> {
  const askedAt = performance.now()
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
  await response.text()
  return performance.now() - askedAt
}
