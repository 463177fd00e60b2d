import type { Logger } from 'pino'
import type { AccountId, Check, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'
import type { Worker } from './contract.ts'
import { watchAgreement } from './lease-audit.ts'
import { createLife } from './heartbeat.ts'
import { watchOrphans } from './unclaimed.ts'

/** What is under way when an account is handed over gets so long to end; then the next holder repeats it. */
const HAND_OVER_MS = 500
/** So many are taken and opened at once; the next copy gets its chance in between. */
const MOST_AT_ONCE = 20
/** What could not be opened is left to others for so long. */
const RETRY_MS = 2000

export interface Cluster {
  /** Begins to live, as far as other copies know. */
  join(): Promise<void>
  /** Takes as many accounts as is fair now, and from then on; to be called at the start, and when others can be served. */
  revise(): Promise<void>
  /** Whether anything may be sent for the account: this copy decides for it, and nobody can have replaced it yet. */
  isOurs(accountId: AccountId): boolean
  check(): Check
  /** Lets go of all accounts, which other copies then take. */
  leave(): Promise<void>
}

/**
 * Shares the accounts out among the copies that live: each takes free ones up to its part, and gives back what it has
 * beyond that. Where there are no copies, all are this process's.
 */
export function createCluster(parts: {
  leases: Leases
  /** Those that can be served now. */
  accounts: () => readonly AccountId[]
  open: (accountId: AccountId) => Promise<Worker>
  /** What time it is by the database's clock. */
  onTime: (now: number) => void
  /** This machine's clock, whatever the database's says. */
  clock: Clock
  logger: Logger
}): Cluster {
  const { leases, clock, logger } = parts
  const workers = new Map<AccountId, Worker>()
  /** For which something may be sent: also while their workers are being opened and closed. */
  const held = new Set<AccountId>()
  const restingUntil = new Map<AccountId, number>()
  const orphans = watchOrphans(leases, clock)
  const agreement = watchAgreement(leases, clock)
  let isRevising = false
  /** Asked for while it was at it. */
  let isWanted = false
  let isClosing = false
  let cancelRetry = (): void => undefined
  const life = createLife({
    leases,
    clock,
    logger,
    onTime: parts.onTime,
    onBeat: () => void revise(),
    onEnded: abandon,
  })

  const isAlive = (): boolean => !leases.isShared || life.isAlive()

  /** Others may have taken the accounts: what is under way settles nothing any more. */
  function abandon(): void {
    if (workers.size > 0) logger.warn({ accounts: workers.size }, 'this copy was replaced: it decides for nobody now')
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
        await takePart()
      }
    } catch (error) {
      // It may have been carried out all the same.
      agreement.doubt()
      logger.warn({ err: error }, 'accounts not taken, will be tried again')
    } finally {
      isRevising = false
    }
    cancelRetry()
    if (!leases.isShared && !isClosing && workers.size < parts.accounts().length)
      cancelRetry = clock.after(RETRY_MS, () => void revise())
  }

  async function takePart(): Promise<void> {
    await agree()
    const accounts = parts.accounts()
    orphans.recount(life.copies())
    const ofPart = [...workers.keys()].filter((id) => !orphans.isOurs(id))
    const part = Math.ceil(accounts.length / life.copies())
    if (ofPart.length > part) return giveBack(ofPart.slice(part))
    const free = accounts.filter((id) => !held.has(id) && (restingUntil.get(id) ?? 0) <= clock.monotonic())
    if (ofPart.length < part) await take(free, part - ofPart.length)
    else orphans.adopt(await take(await orphans.find(free), MOST_AT_ONCE))
  }

  /** @returns those that could be opened */
  async function take(accountIds: readonly AccountId[], most: number): Promise<AccountId[]> {
    if (accountIds.length === 0) return []
    const taken = await leases.take(accountIds, Math.min(most, MOST_AT_ONCE))
    await Promise.all(taken.map((id) => open(id)))
    const opened = taken.filter((id) => workers.has(id))
    if (opened.length === 0) return []
    if (leases.isShared)
      logger.info({ taken: opened.length, accounts: workers.size, copies: life.copies() }, 'this copy decides')
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
    agreement.doubt()
  }

  async function agree(): Promise<void> {
    const { lost, stray } = await agreement.compare(held)
    if (lost.length > 0)
      logger.warn({ accounts: lost.length }, 'accounts lost: the database has them as another copy’s, or nobody’s')
    if (lost.length + stray.length > 0) await letGo([...lost, ...stray])
  }

  async function giveBack(accountIds: readonly AccountId[]): Promise<void> {
    await letGo(accountIds)
    const counts = { released: accountIds.length, accounts: workers.size, copies: life.copies() }
    logger.info(counts, 'accounts released for other copies')
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
    // Without other copies, what is under way ends here.
    const cancel = leases.isShared ? clock.after(HAND_OVER_MS, resolve) : () => undefined
    await Promise.race([worker.close(), outOfTime])
    cancel()
  }

  leases.onFreed(() => void revise())

  return {
    join: () => (leases.isShared ? life.begin() : Promise.resolve()),
    revise,
    isOurs: (accountId) => isAlive() && held.has(accountId),
    check() {
      if (!leases.isShared) return { name: 'copy', ok: true, detail: 'the only one' }
      if (!life.isAlive()) return { name: 'copy', ok: false, detail: 'cannot say that it lives' }
      const detail = `decides for ${workers.size} of ${parts.accounts().length} accounts, ${life.copies()} copies live`
      return { name: 'copy', ok: true, detail }
    },
    async leave() {
      isClosing = true
      cancelRetry()
      await Promise.all([...workers.keys()].map((id) => closeWorker(id)))
      life.end()
      held.clear()
      // Should the database not answer now, the others take the accounts within seconds all the same.
      await leases.leave().catch((error: unknown) => logger.warn({ err: error }, 'leases not released'))
    },
  }
}
