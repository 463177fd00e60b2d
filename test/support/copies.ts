import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAccount, type Envelope } from '../../src/demo/account.ts'
import { createLimiter } from '../../src/demo/limiter.ts'
import { createSender } from '../../src/demo/sender.ts'
import { startService, type ServiceProcess } from '../../src/demo/service-process.ts'
import { openStandIn } from '../../src/demo/stand-in.ts'
import type { LogLine } from '../../src/demo/view.ts'
import { createDatabase } from './postgres.ts'
import { agents, API_KEY, eventually, SIGNING_KEY } from './world.ts'

const NO_LIMIT = 1_000_000

export type Copies = Awaited<ReturnType<typeof openCopies>>

/** One copy of the service, in a process of its own. */
export interface Copy {
  readonly log: LogLine[]
  readonly url: string
  /** Whether webhooks are sent to it. */
  isInRotation: boolean
  signal(name: NodeJS.Signals): void
  ended(): Promise<number | string>
}

/** A HelpCrunch account, and several copies of the real service on one PostgreSQL, which get its webhooks in turn. */
export async function openCopies(
  options: {
    databaseUrl?: string
    limitPerMinute?: number
    agents?: number
    env?: Record<string, string>
    onAcknowledged?: (envelope: Envelope) => void
  } = {},
) {
  const databaseUrl = options.databaseUrl ?? (await createDatabase())
  const copies: Copy[] = []
  let next = 0
  function nextUrl(): string {
    const inRotation = copies.filter((copy) => copy.isInRotation)
    next += 1
    return `${inRotation[next % inRotation.length]?.url ?? 'http://127.0.0.1:1'}/webhooks/helpcrunch`
  }
  const sender = createSender({
    url: nextUrl,
    signingKey: SIGNING_KEY,
    clock: systemClock,
    ...(options.onAcknowledged === undefined ? {} : { onAcknowledged: options.onAcknowledged }),
  })
  const account = createAccount({
    agents: agents(options.agents ?? 3),
    departments: [],
    clock: systemClock,
    emit: (envelope) => sender.send(envelope),
  })
  const limit = options.limitPerMinute ?? NO_LIMIT
  const limiter = createLimiter('sliding', limit, systemClock)
  const standIn = await openStandIn({ account, apiKey: API_KEY, limiter, edition: 'en' })
  const started: ServiceProcess[] = []

  async function start(env: Record<string, string> = {}): Promise<Copy> {
    const log: LogLine[] = []
    const environment = {
      PORT: '0',
      HELPCRUNCH_API_KEY: API_KEY,
      HELPCRUNCH_WEBHOOK_SIGNING_KEY: SIGNING_KEY,
      HELPCRUNCH_API_URL: standIn.url,
      DATABASE_URL: databaseUrl,
      RATE_LIMIT_PER_MINUTE: String(limit),
      ...options.env,
      ...env,
    }
    const service = await startService(environment, (line) => log.push(line))
    started.push(service)
    const copy: Copy = {
      log,
      url: service.url,
      isInRotation: true,
      signal: (name) => service.kill(name),
      ended: () => service.ended,
    }
    void service.ended.then(() => (copy.isInRotation = false))
    copies.push(copy)
    return copy
  }

  onTestFinished(async () => {
    sender.close()
    for (const service of started) service.kill('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
    await standIn.close()
  })

  const decides = (copy: Copy) => copy.log.some(({ msg }) => msg === 'this copy decides')

  return {
    databaseUrl,
    account,
    standIn,
    sender,
    copies,
    start,
    decides,
    /** Waits until one of the copies has read the roster: from then on chats are given at once. */
    ready: () =>
      eventually(() => {
        if (!copies.some(({ log }) => log.some(({ msg }) => msg === 'roster read'))) throw new Error('no roster yet')
      }),
    /** The successful PUTs in their order. */
    assigned: () => standIn.puts().filter(({ status }) => status === 200),
  }
}
