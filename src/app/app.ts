import type { Logger } from 'pino'
import { createCluster } from '../cluster/cluster.ts'
import { createSettableClock } from '../clock.ts'
import { ConfigError, type Config } from '../config/config.ts'
import { trustedProxiesIn } from '../config/trusted-proxies.ts'
import type { AccountParts } from '../config/policy-sources.ts'
import { accessSettingsOf } from './access-settings.ts'
import { openAccount, type Account } from './account.ts'
import type { AccountId, Check, Clock } from '../domain.ts'
import type { HttpParts } from '../http/contract.ts'
import { readWebhook } from '../helpcrunch/webhook.ts'
import type { Metrics } from '../http/metrics.ts'
import { createOperationsServer } from '../http/operations-server.ts'
import { createServer } from '../http/server.ts'
import { createOutsideTime } from '../outside-time.ts'
import type { Plugins } from '../plugins/contract.ts'
import { keepPruned } from '../store/retention.ts'
import { pollInbox } from '../store/inbox/poll-inbox.ts'
import { openStores } from '../store/stores.ts'

const DAY_MS = 24 * 60 * 60_000

export interface App {
  /** The address that the service listens on, such as `http://127.0.0.1:3000`. */
  readonly address: string
  /** Refuses new webhooks, finishes the work under way, and closes the store. */
  close(): Promise<void>
}

/** Opens the parts in order. If a part cannot be opened, those before it are closed again. */
export async function openApp(
  config: Config,
  given: readonly AccountParts[],
  parts: { clock: Clock; random: () => number; logger: Logger; metrics: Metrics; plugins: Plugins | null },
): Promise<App> {
  const { clock: ownClock, random, logger, metrics, plugins } = parts
  // Instances that share a database use its clock.
  const clock = createSettableClock(ownClock)
  const stores = await openStores(config.DATABASE_URL, clock, 'the service', logger)
  for (const warning of stores.warnings) logger.warn(warning)
  const closers: (() => unknown)[] = [() => stores.close()]
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }

  try {
    const isOnly = config.ACCOUNTS_FILE === undefined
    const outsideTime = createOutsideTime(clock)
    const isClockSure = () => outsideTime.verdict() === 'agrees'
    const accounts = new Map<AccountId, Account>()
    for (const ofAccount of given) {
      const shared = { config, stores, clock, outsideTime, plugins, random, logger, metrics, isOnly, holdsLease }
      const account = await openAccount(ofAccount, shared)
      accounts.set(account.id, account)
      closers.push(account.close)
    }
    const cluster = createCluster({
      leases: stores.leases,
      accounts: () => [...accounts.values()].filter((account) => account.isReady()).map(({ id }) => id),
      open: (id) => (accounts.get(id) as Account).openWorker(),
      onTime: clock.set,
      clock: ownClock,
      logger,
    })
    function holdsLease(id: AccountId): boolean {
      return cluster.holdsLease(id)
    }
    for (const { policies } of given) policies.onChange(() => void cluster.revise())
    metrics.watchOpen(async () => {
      const counts = await stores.countOpen()
      return [...accounts.values()].flatMap(({ id, label }) => {
        const open = counts.get(id)
        return open !== undefined && holdsLease(id) ? [{ label, ...open }] : []
      })
    })
    const maxAgeMs = config.EVENT_RETENTION_DAYS * DAY_MS
    closers.push(
      pollInbox({ stores, clock, logger }),
      keepPruned({ stores, maxAgeMs, clockVerdict: outsideTime.verdict, clock, logger }),
    )

    let isClosing = false
    async function readiness(): Promise<{ isReady: boolean; checks: Check[] }> {
      const failure = await stores.check().then(
        () => null,
        (error: unknown) => (error as Error).message,
      )
      const own: Check[] = [
        { name: 'store', ok: failure === null, detail: failure ?? 'answers' },
        cluster.check(),
        ...(plugins === null ? [] : [plugins.check()]),
        { name: 'closing', ok: !isClosing, detail: isClosing ? 'closing' : 'no' },
      ]
      const ofAccounts = [...accounts.values()].flatMap((account) => account.checks())
      // With several accounts, a failing account does not make the instance unready for the others.
      const deciding = isOnly ? [...own, ...ofAccounts] : own
      return { isReady: deciding.every(({ ok }) => ok), checks: [...own, ...ofAccounts] }
    }
    const doors = new Map([...accounts.values()].map(({ door }) => [door.name, door]))
    const http: HttpParts = {
      doors,
      onlyDoor: isOnly ? (doors.values().next().value ?? null) : null,
      meter: metrics.meterOf(null),
      maxAgeMs,
      isClockSure,
      readWebhook,
      readiness,
      api: {
        accounts: new Map([...accounts.values()].map(({ api }) => [api.name, api])),
        access: accessSettingsOf(
          config,
          given.map(({ settings }) => settings),
        ),
        clock,
      },
    }
    const { registry } = metrics
    if (config.OPERATIONS_PORT !== undefined) {
      const operations = createOperationsServer({ http, registry, logger })
      // Closed after the server for webhooks: until then it tells why the service is not ready.
      closers.push(() => operations.close())
      const { HOST: host, OPERATIONS_PORT: port } = config
      const operationsAddress = await operations.listen({ host, port }).catch((error: Error) => {
        throw new ConfigError(`OPERATIONS_PORT: ${error.message}; choose another`, { cause: error })
      })
      logger.info({ address: operationsAddress }, 'operations port listening')
    }
    const trustedProxies = trustedProxiesIn(config.TRUSTED_PROXIES ?? '') ?? []
    const server = createServer({ http, registry, clock, logger, trustedProxies })
    closers.push(() => server.app.close())
    await cluster.join()
    closers.push(() => cluster.leave())
    const address = await server.app.listen({ host: config.HOST, port: config.PORT })
    // With many accounts, the first are served while the last are being opened.
    const revising = cluster.revise()
    if (!stores.leases.isShared) await revising
    return {
      address,
      async close() {
        isClosing = true
        server.refuse()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
