import type { Logger } from 'pino'
import type { AccountId, Check, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'
import type { Desk } from './contract.ts'
import { createLife } from './life.ts'

/** What is under way when an account is handed over gets so long to end; then the next holder repeats it. */
const HAND_OVER_MS = 500
/** So many are taken and opened at once; the next copy gets its chance in between. */
const MOST_AT_ONCE = 20
/** Without other copies nothing beats: what could not be opened is tried again. */
const RETRY_MS = 1000

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
  open: (accountId: AccountId) => Promise<Desk>
  /** What time it is by the database's clock. */
  onTime: (now: number) => void
  /** This machine's clock, whatever the database's says. */
  clock: Clock
  logger: Logger
}): Cluster {
  const { leases, clock, logger } = parts
  const desks = new Map<AccountId, Desk>()
  /** For which something may be sent: also while their desks are being opened and closed. */
  const held = new Set<AccountId>()
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
    if (desks.size > 0) logger.warn({ accounts: desks.size }, 'this copy was replaced: it decides for nobody now')
    for (const desk of desks.values()) void desk.close()
    desks.clear()
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
      logger.warn({ err: error }, 'accounts not taken, will be tried again')
    } finally {
      isRevising = false
    }
    cancelRetry()
    if (!leases.isShared && !isClosing && desks.size < parts.accounts().length)
      cancelRetry = clock.after(RETRY_MS, () => void revise())
  }

  async function takePart(): Promise<void> {
    const accounts = parts.accounts()
    const part = Math.ceil(accounts.length / life.copies())
    if (desks.size > part) return giveBack([...desks.keys()].slice(part))
    if (desks.size === part) return
    const free = accounts.filter((id) => !held.has(id))
    const taken = await leases.take(free, Math.min(part - desks.size, MOST_AT_ONCE))
    await Promise.all(taken.map((id) => open(id)))
    if (taken.length === 0) return
    if (leases.isShared)
      logger.info({ taken: taken.length, accounts: desks.size, copies: life.copies() }, 'this copy decides')
    isWanted = taken.some((id) => desks.has(id))
  }

  async function open(id: AccountId): Promise<void> {
    held.add(id)
    try {
      const desk = await parts.open(id)
      if (isClosing || !isAlive() || !held.has(id)) void desk.close()
      else desks.set(id, desk)
    } catch (error) {
      logger.error({ err: error, accountId: id }, 'account not opened, will be tried again')
      held.delete(id)
      await leases.release([id])
    }
  }

  async function giveBack(accountIds: readonly AccountId[]): Promise<void> {
    await Promise.all(accountIds.map((id) => closeDesk(id)))
    for (const id of accountIds) held.delete(id)
    await leases.release(accountIds)
    const counts = { released: accountIds.length, accounts: desks.size, copies: life.copies() }
    logger.info(counts, 'accounts released for other copies')
  }

  async function closeDesk(accountId: AccountId): Promise<void> {
    const desk = desks.get(accountId)
    desks.delete(accountId)
    if (desk === undefined) return
    const { promise: outOfTime, resolve } = Promise.withResolvers<void>()
    // Without other copies, what is under way ends here.
    const cancel = leases.isShared ? clock.after(HAND_OVER_MS, resolve) : () => undefined
    await Promise.race([desk.close(), outOfTime])
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
      const detail = `decides for ${desks.size} of ${parts.accounts().length} accounts, ${life.copies()} copies live`
      return { name: 'copy', ok: true, detail }
    },
    async leave() {
      isClosing = true
      cancelRetry()
      await Promise.all([...desks.keys()].map((id) => closeDesk(id)))
      life.end()
      held.clear()
      // Should the database not answer now, the others take the accounts within seconds all the same.
      await leases.leave().catch((error: unknown) => logger.warn({ err: error }, 'leases not released'))
    },
  }
}
