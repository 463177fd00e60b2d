import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, vi } from 'vitest'
import { openApp } from '../../src/app/app.ts'
import { systemClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import { createAccount, type Envelope, type StandInAgent, type StandInDepartment } from '../../demo/account.ts'
import { createLimiter, type LimitKind } from '../../demo/limiter.ts'
import { createSender, type Sender } from '../../demo/sender.ts'
import { startService, type ServiceProcess } from '../../demo/service-process.ts'
import { openStandIn } from '../../demo/stand-in.ts'
import type { LogLine } from '../../demo/view.ts'
import { createLogger } from '../../src/app/log.ts'
import { readAccounts } from '../../src/config/accounts/read-accounts.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { openPluginsOf } from '../../src/app/open-plugins.ts'
import { openPolicySources } from '../../src/config/policy-sources.ts'
import { findFreePort } from './free-port.ts'
import type { ManualClock } from './manual-clock.ts'

export const API_KEY = 'test-api-key-0123456789'
export const SIGNING_KEY = 'test-signing-key-0123456789'
/** Fast enough that no test waits for the limit. */
const NO_LIMIT = 1_000_000

export type World = Awaited<ReturnType<typeof openWorld>>

export function agents(count: number): StandInAgent[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    name: `Agent ${index + 1}`,
    email: `agent-${index + 1}@example.com`,
    role: 'agent',
  }))
}

/**
 * A HelpCrunch account with its stand-in, and the real service in a process of its own that can be started, stopped and
 * killed. All of it is removed after the test.
 */
export async function openWorld(
  options: {
    agents?: readonly StandInAgent[]
    departments?: readonly StandInDepartment[]
    limit?: { kind: LimitKind; perMinute: number }
    edition?: 'en' | 'uk'
    env?: Record<string, string>
    /** Webhooks that never arrive. */
    isLost?: (envelope: Envelope) => boolean
    /** How webhooks are delivered, if not each at once and once. */
    deliver?: (envelope: Envelope, send: Sender['send']) => void
    onAcknowledged?: (envelope: Envelope) => void
    /** The database; one of its own, removed after the test, if not given. */
    directory?: string
    /** Runs the service in this process on this clock, and lets time pass while the test waits. */
    clock?: ManualClock
  } = {},
) {
  const clock = systemClock
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'autoassign-test-')))
  const port = await findFreePort()
  const operationsPort = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const sender: Sender = createSender({
    url: `${url}/webhooks/helpcrunch`,
    signingKey: SIGNING_KEY,
    clock,
    isLost: options.isLost ?? (() => false),
    onAcknowledged: options.onAcknowledged ?? (() => undefined),
  })
  const account = createAccount({
    agents: options.agents ?? agents(3),
    departments: options.departments ?? [],
    clock,
    emit: (envelope) => (options.deliver ?? deliverAtOnce)(envelope, sender.send),
  })
  const limiter = createLimiter(options.limit?.kind ?? 'sliding', options.limit?.perMinute ?? NO_LIMIT, clock)
  const standIn = await openStandIn({ account, apiKey: API_KEY, limiter, edition: options.edition ?? 'en' })
  const log: LogLine[] = []
  const text: string[] = []
  let service: ServiceProcess | null = null
  const env: Record<string, string> = {
    PORT: String(port),
    OPERATIONS_PORT: String(operationsPort),
    HOST: '127.0.0.1',
    HELPCRUNCH_API_KEY: API_KEY,
    HELPCRUNCH_WEBHOOK_SIGNING_KEY: SIGNING_KEY,
    HELPCRUNCH_API_URL: standIn.url,
    DATABASE_URL: `file:${join(directory, 'test.db')}`,
    RATE_LIMIT_PER_MINUTE: String(NO_LIMIT),
    ...options.env,
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
    const ending = service
    service = null
    ending?.kill(signal)
    return (await ending?.ended) ?? 'not running'
  }

  onTestFinished(async () => {
    sender.close()
    await end('SIGKILL')
    await standIn.close()
    if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
  })

  return {
    account,
    standIn,
    sender,
    url,
    directory,
    env,
    /** The service's log, and the same as it was written. */
    log,
    text,
    get pid() {
      return service?.pid
    },
    async start(more: Record<string, string> = {}, patience?: 'without waiting for its roster'): Promise<void> {
      const open = options.clock === undefined ? startService : openInProcess(options.clock)
      service = await open({ ...env, ...more }, (line) => {
        log.push(line)
        text.push(JSON.stringify(line))
      })
      if (patience !== undefined) return
      // The first chat would wait for the roster.
      await vi.waitFor(() => {
        if (!log.some(({ msg }) => /^roster (not )?read/.test(msg))) throw new Error('no roster yet')
      }, PATIENCE)
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    signal: (name: NodeJS.Signals) => service?.kill(name),
    ended: () => service?.ended,
    /** Posts these very bytes. */
    post: (body: string | Buffer, headers: Record<string, string>) =>
      fetch(`${url}/webhooks/helpcrunch`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    get: (path: string) => fetch(url + path),
    /** Requests a path on the operations port, which shows all details. */
    getOperations: (path: string) => fetch(`http://127.0.0.1:${operationsPort}${path}`),
    /** Chat and agent of each PUT that was answered 200, in their order. */
    assigned: () =>
      standIn
        .puts()
        .filter(({ status }) => status === 200)
        .map(({ chatId, agentId }) => [chatId, agentId]),
  }
}

function deliverAtOnce(envelope: Envelope, send: Sender['send']): void {
  send(envelope)
}

/** How long a condition may take to become true on a busy machine. */
const PATIENCE = { timeout: 15_000, interval: 10 }

/** Waits until `check` no longer throws. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, PATIENCE)
}

/** `eventually`, with a quarter of a second passing on the clock before each check. */
export function inTime<T>(clock: ManualClock, check: () => T | Promise<T>): Promise<T> {
  return eventually(() => {
    clock.advance(250)
    return check()
  })
}

function openInProcess(clock: ManualClock) {
  return async (environment: Record<string, string>, onLine: (line: LogLine) => void): Promise<ServiceProcess> => {
    const config = await readConfig(environment)
    const write = (line: string) => onLine(JSON.parse(line) as LogLine)
    const logger = createLogger({ level: 'info', secrets: [API_KEY, SIGNING_KEY] }, { write })
    const metrics = createMetrics()
    const plugins = await openPluginsOf(config, { clock, logger, metrics })
    const accounts = await openPolicySources(await readAccounts(config, environment), config, {
      clock,
      logger,
      plugins,
    })
    const app = await openApp(config, accounts, { clock, random: () => 0.5, logger, metrics, plugins })
    const { promise: ended, resolve } = Promise.withResolvers<number>()
    return {
      url: app.address,
      pid: process.pid,
      ended,
      kill: () =>
        void app
          .close()
          .then(() => plugins?.close())
          .then(() => resolve(0)),
    }
  }
}
