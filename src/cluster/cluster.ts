import type { Logger } from 'pino'
import type { AccountId, Check, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'
import type { Worker } from './contract.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createLeaseAudit } from './lease-audit.ts'
import { watchUnclaimed } from './unclaimed.ts'

/** How long work under way may take to end when an account is released; the next holder takes up the rest. */
const HAND_OVER_MS = 500
/** How many accounts are taken and opened at once; other instances get their chance in between. */
const MOST_AT_ONCE = 20
/** How long an account that could not be opened is left to other instances. */
const RETRY_MS = 2000

export interface Cluster {
  /** Sends the first heartbeat. */
  join(): Promise<void>
  /** Takes this instance's share of the accounts; called again when the accounts that can be served change. */
  revise(): Promise<void>
  /**
   * Whether a request may be sent for the account: this instance holds its lease, and no other instance can have taken
   * it yet.
   */
  holdsLease(accountId: AccountId): boolean
  check(): Check
  /** Releases all accounts, which other instances then take. */
  leave(): Promise<void>
}

/**
 * Divides the accounts among the live instances: each takes free accounts up to its share, and releases those beyond
 * it. Without other instances, this process takes all.
 */
export function createCluster(parts: {
  leases: Leases
  /** The accounts that can be served now. */
  accounts: () => readonly AccountId[]
  open: (accountId: AccountId) => Promise<Worker>
  /** Called with the time of day by the database's clock. */
  onTime: (now: number) => void
  /** This machine's clock, not the database's. */
  clock: Clock
  logger: Logger
}): Cluster {
  const { leases, clock, logger } = parts
  const workers = new Map<AccountId, Worker>()
  /** Accounts for which requests may be sent, including those whose workers are being opened or closed. */
  const held = new Set<AccountId>()
  const restingUntil = new Map<AccountId, number>()
  const unclaimed = watchUnclaimed(leases, clock)
  const audit = createLeaseAudit(leases, clock)
  let isRevising = false
  /** `revise` was called, possibly during a run, which then repeats. */
  let isWanted = false
  let isClosing = false
  let cancelRetry = (): void => undefined
  const heartbeat = createHeartbeat({
    leases,
    clock,
    logger,
    onTime: parts.onTime,
    onBeat: () => void revise(),
    onEnded: abandon,
  })

  const isAlive = (): boolean => !leases.isShared || heartbeat.isAlive()

  /** Other instances may have taken the accounts: work under way settles nothing any more. */
  function abandon(): void {
    if (workers.size > 0) logger.warn({ accounts: workers.size }, 'lease lost: another instance may have taken over')
    for (const worker of workers.values()) void worker.close()
    workers.clear()
    held.clear()
  }

  async function revise(): Promise<void> {
    isWanted = true
    if (isRevising) return
    isRevising = true
    try {
      while (isWanted && !isClosing && isAlive()) {
        isWanted = false
        await takeShare()
      }
    } catch (error) {
      // The database may have carried out the query although its answer was lost.
      audit.expedite()
      logger.warn({ err: error }, 'accounts not taken, will be tried again')
    } finally {
      isRevising = false
    }
    cancelRetry()
    if (!leases.isShared && !isClosing && workers.size < parts.accounts().length)
      cancelRetry = clock.after(RETRY_MS, () => void revise())
  }

  async function takeShare(): Promise<void> {
    await auditLeases()
    const accounts = parts.accounts()
    unclaimed.recount(heartbeat.instances())
    const ofShare = [...workers.keys()].filter((id) => !unclaimed.isAdopted(id))
    const share = Math.ceil(accounts.length / heartbeat.instances())
    if (ofShare.length > share) return release(ofShare.slice(share))
    const free = accounts.filter((id) => !held.has(id) && (restingUntil.get(id) ?? 0) <= clock.monotonic())
    if (ofShare.length < share) await take(free, share - ofShare.length)
    else unclaimed.adopt(await take(await unclaimed.find(free), MOST_AT_ONCE))
  }

  /** @returns the accounts that were taken and opened */
  async function take(accountIds: readonly AccountId[], most: number): Promise<AccountId[]> {
    if (accountIds.length === 0) return []
    const taken = await leases.take(accountIds, Math.min(most, MOST_AT_ONCE))
    await Promise.all(taken.map((id) => open(id)))
    const opened = taken.filter((id) => workers.has(id))
    if (opened.length === 0) return []
    if (leases.isShared)
      logger.info({ taken: opened.length, accounts: workers.size, instances: heartbeat.instances() }, 'accounts taken')
    isWanted = true
    return opened
  }

  async function open(id: AccountId): Promise<void> {
    held.add(id)
    try {
      const worker = await parts.open(id)
      if (!isClosing && isAlive() && held.has(id)) return void workers.set(id, worker)
      void worker.close()
    } catch (error) {
      logger.error({ err: error, accountId: id }, 'account not opened, will be tried again')
      restingUntil.set(id, clock.monotonic() + RETRY_MS)
    }
    held.delete(id)
    audit.expedite()
  }

  async function auditLeases(): Promise<void> {
    const { lost, stray } = await audit.run(held)
    if (lost.length > 0)
      logger.warn(
        { accounts: lost.length },
        'leases lost: in the database another instance has these accounts, or none',
      )
    if (lost.length + stray.length > 0) await letGo([...lost, ...stray])
  }

  async function release(accountIds: readonly AccountId[]): Promise<void> {
    await letGo(accountIds)
    const counts = { released: accountIds.length, accounts: workers.size, instances: heartbeat.instances() }
    logger.info(counts, 'accounts released for other instances')
  }

  async function letGo(accountIds: readonly AccountId[]): Promise<void> {
    await Promise.all(accountIds.map((id) => closeWorker(id)))
    for (const id of accountIds) held.delete(id)
    await leases.release(accountIds)
  }

  async function closeWorker(accountId: AccountId): Promise<void> {
    const worker = workers.get(accountId)
    workers.delete(accountId)
    if (worker === undefined) return
    const { promise: outOfTime, resolve } = Promise.withResolvers<void>()
    // Without other instances, all work under way ends here.
    const cancel = leases.isShared ? clock.after(HAND_OVER_MS, resolve) : () => undefined
    await Promise.race([worker.close(), outOfTime])
    cancel()
  }

  leases.onFreed(() => void revise())

  return {
    join: () => (leases.isShared ? heartbeat.begin() : Promise.resolve()),
    revise,
    holdsLease: (accountId) => isAlive() && held.has(accountId),
    check() {
      if (!leases.isShared) return { name: 'instance', ok: true, detail: 'the only one' }
      if (!heartbeat.isAlive())
        return {
          name: 'instance',
          ok: false,
          detail: 'its heartbeat cannot be renewed: another instance may have taken over',
        }
      const detail = `decides for ${workers.size} of ${parts.accounts().length} accounts, ${heartbeat.instances()} instances are alive`
      return { name: 'instance', ok: true, detail }
    },
    async leave() {
      isClosing = true
      cancelRetry()
      await Promise.all([...workers.keys()].map((id) => closeWorker(id)))
      heartbeat.end()
      held.clear()
      // If the database does not answer, other instances take the accounts when the heartbeat expires.
      await leases.leave().catch((error: unknown) => logger.warn({ err: error }, 'leases not released'))
    },
  }
}
