import type { Logger } from 'pino'
import { createCluster } from '../cluster/cluster.ts'
import { createSettableClock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import type { AccountParts } from '../config/policy-sources.ts'
import { accessSettingsOf } from './access-settings.ts'
import { openAccount, type Account } from './account.ts'
import type { AccountId, Check, Clock } from '../domain.ts'
import { readWebhook } from '../helpcrunch/webhook.ts'
import { createMetrics } from '../http/metrics.ts'
import { createServer } from '../http/server.ts'
import { keepPruned } from '../store/retention.ts'
import { lookForOthers } from '../store/arrivals/look-for-others.ts'
import { openStores } from '../store/stores.ts'

const DAY_MS = 24 * 60 * 60_000

export interface App {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly address: string
  /** Takes in nothing new, finishes what is under way, and closes the store. */
  close(): Promise<void>
}

/** Opens the parts in order. If one of them cannot be opened, those before it are closed again. */
export async function openApp(
  config: Config,
  given: readonly AccountParts[],
  { clock: ownClock, random, logger }: { clock: Clock; random: () => number; logger: Logger },
): Promise<App> {
  // Where copies share a database, its clock is everybody's.
  const clock = createSettableClock(ownClock)
  const metrics = createMetrics()
  const stores = await openStores(config.DATABASE_URL, clock)
  for (const warning of stores.warnings) logger.warn(warning)
  const closers: (() => unknown)[] = [() => stores.close()]
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }

  try {
    const isOnly = config.ACCOUNTS_FILE === undefined
    const accounts = new Map<AccountId, Account>()
    for (const parts of given) {
      const account = await openAccount(parts, { config, stores, clock, random, logger, metrics, isOnly, isOurs })
      accounts.set(account.id, account)
      closers.push(account.close)
    }
    const cluster = createCluster({
      leases: stores.leases,
      accounts: () => [...accounts.values()].filter((account) => account.isReady()).map(({ id }) => id),
      open: (id) => (accounts.get(id) as Account).openDesk(),
      onTime: clock.set,
      clock: ownClock,
      logger,
    })
    function isOurs(id: AccountId): boolean {
      return cluster.isOurs(id)
    }
    for (const { policies } of given) policies.onChange(() => void cluster.revise())
    metrics.watchOpen(async () => {
      const counts = await stores.countOpen()
      return [...accounts.values()].flatMap(({ id, label }) => {
        const open = counts.get(id)
        return open !== undefined && isOurs(id) ? [{ label, ...open }] : []
      })
    })
    const maxAgeMs = config.EVENT_RETENTION_DAYS * DAY_MS
    closers.push(lookForOthers({ stores, clock, logger }), keepPruned({ stores, maxAgeMs, clock, logger }))

    let isClosing = false
    async function readiness(): Promise<{ isReady: boolean; checks: Check[] }> {
      const failure = await stores.check().then(
        () => null,
        (error: unknown) => (error as Error).message,
      )
      const own: Check[] = [
        { name: 'store', ok: failure === null, detail: failure ?? 'answers' },
        cluster.check(),
        { name: 'closing', ok: !isClosing, detail: isClosing ? 'closing' : 'no' },
      ]
      const ofAccounts = [...accounts.values()].flatMap((account) => account.checks())
      // Of several accounts, one that has trouble takes nothing from the others.
      const deciding = isOnly ? [...own, ...ofAccounts] : own
      return { isReady: deciding.every(({ ok }) => ok), checks: [...own, ...ofAccounts] }
    }
    const doors = new Map([...accounts.values()].map(({ door }) => [door.name, door]))
    const server = createServer({
      http: {
        doors,
        onlyDoor: isOnly ? (doors.values().next().value ?? null) : null,
        maxAgeMs,
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
      },
      registry: metrics.registry,
      clock,
      logger,
    })
    closers.push(() => server.app.close())
    await cluster.join()
    closers.push(() => cluster.leave())
    const address = await server.app.listen({ host: config.HOST, port: config.PORT })
    // Of many accounts, the first are served while the last are opened.
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
