import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { createAccount, type Envelope } from './account.ts'
import { createLimiter } from './limiter.ts'
import { findUnassigned } from './lost.ts'
import { seededRandom } from './random.ts'
import { createSender, type Sender } from './sender.ts'
import { startService } from './service-process.ts'
import { openStandIn } from './stand-in.ts'
import {
  AGENTS,
  DEMO_ADMIN_TOKEN,
  DEMO_API_KEY,
  DEMO_ROUTING_FILE,
  DEMO_SIGNING_KEY,
  DEPARTMENTS,
  HELP_BOT,
} from './team.ts'
import { startTraffic } from './traffic.ts'
import { showLogLine, showSummary, type LogLine } from './view.ts'

const NARROW_TERMINAL = 80
const LIMIT_PER_MINUTE = 120
const CAPACITY = 5
const CONVERSATION_MS = 12_000
const SUMMARY_EVERY_MS = 10_000
const LONGEST_DRAIN_MS = 60_000
/** The service gets so long to close by itself before it is asked to. */
const CLOSING_MS = 1500

/**
 * Runs the real service on the stand-in, for a person to watch.
 * @returns the exit code: 1 if a chat that was acknowledged ended without an agent
 */
export async function runDemo(options: {
  seconds: number | null
  chatsPerMinute: number
  seed: number
  interrupted: Promise<void>
}): Promise<number> {
  const clock = systemClock
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-demo-'))
  const columns = process.stdout.columns ?? NARROW_TERMINAL
  const say = (text: string) => process.stdout.write(`${text}\n`)
  /** When a chat was last without an agent. */
  const askedAt = new Map<number, number>()
  let sender: Sender | null = null
  const account = createAccount({ agents: AGENTS, departments: DEPARTMENTS, clock, emit: deliver })
  const limiter = createLimiter('sliding', LIMIT_PER_MINUTE, clock)
  const standIn = await openStandIn({ account, apiKey: DEMO_API_KEY, limiter })
  const waits: number[] = []

  function deliver(envelope: Envelope): void {
    const { assignee } = envelope.eventData as { assignee?: object | null }
    if (assignee === null) askedAt.set(envelope.chatId, performance.now())
    sender?.send(envelope)
  }

  function follow(line: LogLine): void {
    const text = showLogLine(line, account, line.state === 'assigned' ? waitedMs(line.chatId) : null, columns)
    if (text !== null) say(text)
  }

  function waitedMs(chatId: number | undefined): number | null {
    const put = standIn.puts().findLast((call) => call.chatId === chatId)
    const asked = askedAt.get(chatId ?? 0)
    if (put === undefined || asked === undefined) return null
    const waited = Math.round(put.at - asked)
    waits.push(waited)
    return waited
  }

  const service = await startService(
    {
      HELPCRUNCH_API_KEY: DEMO_API_KEY,
      HELPCRUNCH_WEBHOOK_SIGNING_KEY: DEMO_SIGNING_KEY,
      HELPCRUNCH_API_URL: standIn.url,
      DATABASE_URL: `file:${join(directory, 'demo.db')}`,
      RATE_LIMIT_PER_MINUTE: String(LIMIT_PER_MINUTE),
      ROUTING_FILE: DEMO_ROUTING_FILE,
      ADMIN_TOKEN: DEMO_ADMIN_TOKEN,
    },
    follow,
  )
  sender = createSender({ url: `${service.url}/webhooks/helpcrunch`, signingKey: DEMO_SIGNING_KEY, clock })
  say(`The service listens on ${service.url}; Ctrl-C ends it.`)
  say(`The page: ${service.url}/ (log in with the token ${DEMO_ADMIN_TOKEN})`)
  say('VIPs go to Ben or Eve, French-speaking customers to Chloe or Farid.')
  say(`${options.chatsPerMinute} chats a minute come in; some begin with HelpBot, which hands them over.\n`)

  const parts = { account, standIn, sender, limitPerMinute: LIMIT_PER_MINUTE, capacity: CAPACITY, waits }
  const traffic = startTraffic({
    account,
    chatsPerMinute: options.chatsPerMinute,
    conversationMs: CONVERSATION_MS,
    clock,
    random: seededRandom(options.seed),
    bot: HELP_BOT,
  })
  const summaries = setInterval(() => say(showSummary(parts)), SUMMARY_EVERY_MS)
  let cancelTimer = (): unknown => undefined
  let isInterrupted = false
  const interrupted = options.interrupted.then(() => (isInterrupted = true))
  const timeUp = new Promise<void>((resolve) => {
    if (options.seconds !== null) cancelTimer = clock.after(options.seconds * 1000, resolve)
  })
  await Promise.race([interrupted, timeUp, service.ended])

  traffic.stop()
  clearInterval(summaries)
  cancelTimer()
  // In a terminal, Ctrl-C reaches the service too: it closes, and what still waits is safe in its database.
  if (isInterrupted)
    await Promise.race([service.ended, new Promise<void>((resolve) => void clock.after(CLOSING_MS, resolve))])
  else await drain()
  const lost = isInterrupted ? [] : findUnassigned(account, sender)
  traffic.close()
  service.kill('SIGTERM')
  await service.ended
  sender.close()
  await standIn.close()
  await rm(directory, { recursive: true, force: true })
  if (lost.length > 0) say(`lost: chats ${lost.map(({ id }) => id).join(', ')}`)
  say(showSummary(parts))
  return lost.length > 0 ? 1 : 0

  /** Those who came last get their agent too: the budget and the capacities may take a while. */
  async function drain(): Promise<void> {
    const until = clock.now() + LONGEST_DRAIN_MS
    while (!isInterrupted && clock.now() < until && findUnassigned(account, parts.sender).length > 0) {
      await new Promise<void>((resolve) => void clock.after(100, resolve))
    }
  }
}
