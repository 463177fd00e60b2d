import { pino } from 'pino'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import { createAccount, type Envelope, type StandInChat } from '../account.ts'
import { createLimiter } from '../limiter.ts'
import { seededRandom } from '../random.ts'
import { watchCapacity } from './capacity-watch.ts'
import { startCustomers, type Customers } from './customers.ts'
import { createInProcessClient } from './in-process-client.ts'
import { findUnassigned, SECOND_LOOK_AFTER_MS, watchForNeglect } from './neglect.ts'
import { createObserver } from './observer.ts'
import { DEPARTMENTS, PEOPLE } from './people.ts'
import type { NamedPolicy } from './policies.ts'
import { openVirtualService } from './service.ts'
import { createShifts } from './shifts.ts'
import { summarize, type Summary } from './summary.ts'
import { createVirtualClock } from './virtual-clock.ts'

const MONDAY = Temporal.ZonedDateTime.from('2026-06-01T00:00[Europe/Kyiv]').epochMilliseconds
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const LIMIT_PER_MINUTE = 120
/** Before the first customer: to read the roster. */
const WARM_UP_MS = 5000
/** Those who came last get their agent, too, if one is at work the next morning. */
const LONGEST_DRAIN_MINUTES = 12 * 60
const LOOK_EVERY_MINUTES = 15
const CLOSING_MS = 5000
/** What the service and the network draw is not what the customers draw. */
const OTHER_SEED = 1000

/**
 * Runs the days, Monday first, through the service's own parts under one policy. The same seed makes the same days.
 * @param options.signal ends it with an exception
 */
export async function runWeek(
  { name, policy }: NamedPolicy,
  options: { days: number; seed: number; chatsPerDay: number; signal?: AbortSignal },
): Promise<Summary> {
  const { days, seed, chatsPerDay } = options
  const clock = createVirtualClock(MONDAY - WARM_UP_MS)
  const random = seededRandom(seed + OTHER_SEED)
  const shifts = createShifts(clock)
  const observer = createObserver(clock, shifts.isOnShift)
  let customers: Customers | null = null
  let errors = 0
  let isOver = false

  const account = createAccount({ agents: PEOPLE, departments: DEPARTMENTS, clock, emit })
  const limiter = createLimiter('sliding', LIMIT_PER_MINUTE, clock)
  const client = createInProcessClient({ account, limiter, clock, random })
  const watch = watchCapacity(client, account, policy.settings)
  const logger = pino({ level: 'error' }, { write: noteError })
  const parts = { policy, client: watch.client, limitPerMinute: LIMIT_PER_MINUTE, clock, random, logger }
  const service = await openVirtualService(parts)
  const neglect = watchForNeglect({ account, store: service.store, policy, clock })

  function noteError(line: string): void {
    errors += 1
    process.stderr.write(line)
  }

  /** HelpCrunch tells the service at once, and time stands still until that is stored. */
  function emit(envelope: Envelope): void {
    if (isOver) return
    const chat = account.chats.get(envelope.chatId) as StandInChat
    observer.note(envelope, chat)
    const reading = readWebhook({ ...envelope }, clock.now())
    if ('event' in reading) clock.hold(service.store.receive(reading.event))
    if (envelope.event === 'chat.assigned' && chat.assigneeId !== null) customers?.assigned(chat, chat.assigneeId)
  }

  function everyMinute(minute: number): void {
    options.signal?.throwIfAborted()
    observer.sample(account)
    if (minute % LOOK_EVERY_MINUTES === 0) neglect.look()
    if (minute < days * 24 * 60) clock.after(MINUTE_MS, () => everyMinute(minute + 1))
  }

  await clock.pass(WARM_UP_MS)
  const { untilAtWorkMs } = shifts
  customers = startCustomers({ account, clock, seed, chatsPerDay, forMs: days * DAY_MS, untilAtWorkMs })
  everyMinute(0)
  await clock.pass(days * DAY_MS)
  for (let minute = 0; minute < LONGEST_DRAIN_MINUTES && findUnassigned(account).length > 0; minute += 1) {
    await clock.pass(MINUTE_MS)
  }
  neglect.look()
  await clock.pass(2 * SECOND_LOOK_AFTER_MS)
  const unassigned = findUnassigned(account).length
  isOver = true
  const closed = service.close()
  await clock.pass(CLOSING_MS)
  await closed
  return summarize(PEOPLE, account, observer, {
    policy: name,
    rules: policy.version,
    unassigned,
    requests: client.requests,
    exceeded: watch.exceeded(),
    early: watch.early(),
    neglected: [...neglect.neglected],
    errors,
  })
}
