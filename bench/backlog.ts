import { setTimeout as delay } from 'node:timers/promises'
import { openBacklogSubject, type BacklogSubject } from './backlog-subject.ts'
import { withGoal, type Goal } from './goal.ts'
import { startLoad } from './load-process.ts'
import { readCpuMs, readMemoryMb, untilIdle } from './process-figures.ts'
import type { Section } from './section.ts'
import type { ServerProcess } from './server-process.ts'
import { ADMIN_TOKEN } from './service.ts'
import { median, ratio } from './statistics.ts'

const CONNECTIONS = 64
const FULL = { waiting: 1_000_000, starts: 3, rounds: 5, webhooks: CONNECTIONS * 50, assignSeconds: 2, slots: 25 }
const QUICK = { waiting: 20_000, starts: 1, rounds: 2, webhooks: CONNECTIONS * 10, assignSeconds: 1, slots: 5 }
/** The service gives memory back a second after it listens. */
const UNTIL_AT_REST_MS = 2000
const NO_DEARER: Goal = { atMost: 1.1 }
const NO_SLOWER: Goal = { atLeast: 0.9 }

/** How much waiting chats slow down everything else: not at all, with any number of them. */
export const backlog: Section = async ({ isQuick, directory }) => {
  const { waiting, starts, rounds, webhooks, assignSeconds, slots } = isQuick ? QUICK : FULL
  await using stack = new AsyncDisposableStack()
  const open = async (count: number): Promise<Measured> => {
    const subject = stack.use(await openBacklogSubject(directory, count))
    return { subject, readyMs: [], restMb: [], stored: [], assigned: [], busyMb: [], scrapeMs: [], slotMs: [] }
  }
  const [none, many] = [await open(0), await open(waiting)]

  for (let i = 0; i < starts; i += 1) for (const each of [none, many]) await measureStart(each)

  const load = stack.use(startLoad())
  const running: (Measured & { service: ServerProcess })[] = []
  for (const each of [none, many]) running.push({ ...each, service: stack.use(await each.subject.start()) })
  const measureRates = async ({ subject, service, stored, assigned }: (typeof running)[number], isKept: boolean) => {
    const url = `${service.url}/webhooks/helpcrunch`
    const rest = () => untilIdle(() => readCpuMs(service.pid))
    const { perSecond } = await load.send({ url, connections: CONNECTIONS, webhooks })
    await rest()
    const assignedPerSecond = await subject.assign(service, assignSeconds)
    await rest()
    if (!isKept) return
    stored.push(perSecond)
    assigned.push(assignedPerSecond)
  }
  // The first round only warms up.
  for (let round = -1; round < rounds; round += 1) {
    for (const each of round % 2 === 0 ? running : running.toReversed()) await measureRates(each, round >= 0)
  }
  for (const { service, busyMb } of running) busyMb.push(readMemoryMb(service.pid))
  for (const { subject, service, scrapeMs, slotMs } of running) {
    for (let i = 0; i < slots; i += 1) scrapeMs.push(await measureScrape(service.url))
    slotMs.push(...(await subject.freeSlots(service, slots)))
  }

  const compare = (what: string, key: Exclude<keyof Measured, 'subject'>, goal: Goal) => {
    const figure = ratio(many[key], none[key])
    const row = {
      '': what,
      'none waiting': median(none[key]),
      [`${waiting.toLocaleString('en')} waiting`]: median(many[key]),
      ratio: figure,
    }
    return withGoal(row, figure, goal)
  }
  return {
    title: 'what chats that wait for an agent cost everything else',
    rows: [
      compare(`start-up until ready, ms (median of ${starts})`, 'readyMs', NO_DEARER),
      compare('memory at rest, MB', 'restMb', NO_DEARER),
      compare('memory after all of this, MB', 'busyMb', NO_DEARER),
      compare(`webhooks stored a second, whose chats wait too (median of ${rounds})`, 'stored', NO_SLOWER),
      compare(`assignments a second in another department (median of ${rounds})`, 'assigned', NO_SLOWER),
      compare(`GET /metrics, ms (median of ${slots})`, 'scrapeMs', NO_DEARER),
      compare(`slot freed until PUT, ms (median of ${slots})`, 'slotMs', NO_DEARER),
    ],
    notes: ['the agents of one department are at capacity, and its chats wait; those of another have room'],
  }
}

interface Measured {
  readonly subject: BacklogSubject
  readonly readyMs: number[]
  readonly restMb: number[]
  readonly stored: number[]
  readonly assigned: number[]
  readonly busyMb: number[]
  readonly scrapeMs: number[]
  readonly slotMs: number[]
}

async function measureStart({ subject, readyMs, restMb }: Measured): Promise<void> {
  await using service = await subject.start()
  readyMs.push(service.readyMs)
  await delay(UNTIL_AT_REST_MS)
  restMb.push(readMemoryMb(service.pid))
}

/** A scrape counts the waiting chats on the service's event loop. */
async function measureScrape(url: string): Promise<number> {
  const askedAt = performance.now()
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
  await response.text()
  return performance.now() - askedAt
}
