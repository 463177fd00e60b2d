import { setTimeout as delay } from 'node:timers/promises'
import { within } from '../within.ts'
import type { Chats } from './chats.ts'
import type { TrafficJob, TrafficResult } from './contract.ts'
import type { Put } from './help-crunch.ts'
import { SEEDED_DEPARTMENT } from './wire.ts'

const POLL_MS = 5
const LONGEST_WAIT_MS = 30_000
/** The settlement of the PUT before is over by then, so that the next chat is alone. */
const BETWEEN_CHATS_MS = 10

type Job<Kind extends TrafficJob['kind']> = Extract<TrafficJob, { kind: Kind }>

/** As many webhooks under way and waiting chats as the job allows, all the time. */
export async function saturate(chats: Chats, job: Job<'saturate'>, departments: readonly number[]) {
  const { connections, maxWaiting, warmUpSeconds, seconds } = job
  let isOver = false
  const fill = () => {
    while (!isOver && chats.counts.underWay < connections && chats.waiting.size < maxWaiting)
      chats.openChat(departments)
  }
  chats.onChange(fill)
  fill()
  await delay(warmUpSeconds * 1000)
  return measure(chats, async (markHalfway) => {
    await delay(seconds * 500)
    markHalfway()
    await delay(seconds * 500)
    isOver = true
  })
}

export function pace(chats: Chats, { perSecond, seconds }: Job<'pace'>, departments: readonly number[]) {
  chats.onChange(() => undefined)
  return measure(chats, async (markHalfway) => {
    const startedAt = performance.now()
    let opened = 0
    for (let passedMs = 0; passedMs < seconds * 1000; passedMs = performance.now() - startedAt) {
      for (const due = (passedMs / 1000) * perSecond; opened < due; opened += 1) chats.openChat(departments)
      if (passedMs < seconds * 500) markHalfway()
      const nextMs = perSecond === 0 ? seconds * 1000 : (opened / perSecond) * 1000
      await delay(Math.max(1, Math.min(nextMs, seconds * 1000) - (performance.now() - startedAt)))
    }
  })
}

export function oneByOne(chats: Chats, job: Job<'one by one'>, departments: readonly number[]) {
  return measure(chats, async () => {
    for (let i = 0; i < job.chats; i += 1) {
      const done = Promise.withResolvers<void>()
      chats.onChange(() => {
        if (chats.waiting.size === 0 && chats.counts.underWay === 0) done.resolve()
      })
      chats.openChat(departments)
      await within(LONGEST_WAIT_MS, () => 'the PUT for a single chat', done.promise)
      await delay(BETWEEN_CHATS_MS)
    }
  })
}

export function freeSlots(chats: Chats, { url, firstChatId, slots }: Job<'free slots'>) {
  chats.settings.urls = [url]
  return measure(chats, async () => {
    let held = firstChatId
    for (let i = 0; i < slots; i += 1) {
      const done = Promise.withResolvers<Put>()
      chats.onChange((put) => {
        if (put !== null) done.resolve(put)
      })
      const closedAt = performance.now()
      chats.post(
        'chat.closed',
        { id: held, departmentId: SEEDED_DEPARTMENT, assigneeId: 1, status: 'closed' },
        () => undefined,
      )
      const put = await within(LONGEST_WAIT_MS, () => 'the PUT for the freed slot', done.promise)
      chats.waitsMs.push(put.at - closedAt)
      held = put.chatId
      await delay(BETWEEN_CHATS_MS)
    }
  })
}

/** Measures what happens while `open` opens chats. */
async function measure(chats: Chats, open: (markHalfway: () => void) => Promise<void>) {
  chats.waitsMs.length = 0
  chats.afterAnswerMs.length = 0
  const before = { ...chats.counts }
  const startedAt = performance.now()
  let waitingHalfway = 0
  await open(() => void (waitingHalfway = chats.waiting.size))
  const assigned = chats.counts.assigned - before.assigned
  const assignedPerSecond = (assigned / (performance.now() - startedAt)) * 1000
  const waitingAtEnd = chats.waiting.size
  return (): TrafficResult => ({
    opened: chats.counts.opened - before.opened,
    assigned,
    assignedPerSecond,
    waitsMs: [...chats.waitsMs],
    afterAnswerMs: [...chats.afterAnswerMs],
    waitingHalfway,
    waitingAtEnd,
    missing: chats.waiting.size,
    repeated: chats.counts.repeated - before.repeated,
    doubled: chats.counts.doubled - before.doubled,
  })
}

/** Waits until every chat has its PUT and every webhook is accepted, with a limit. */
export async function drain(chats: Chats, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000
  const { waiting, counts } = chats
  const isDone = () => waiting.size === 0 && counts.underWay === 0 && counts.echoesUnderWay === 0
  while (!isDone() && performance.now() < until) await delay(POLL_MS)
}
