import type { Logger } from 'pino'
import type { AccountId, Check, Clock } from '../domain.ts'
import type { Leases } from '../store/contract.ts'
import type { Desk } from './contract.ts'

/** A copy that has not said for so long that it lives is replaced. */
const LIVES_MS = 3000
const BEAT_MS = 500
/** What is under way when an account is handed over gets so long to end; then the next holder repeats it. */
const HAND_OVER_MS = 500

export interface Cluster {
  /** Begins to live. */
  join(): Promise<void>
  /** Takes accounts, and from then on as many as is fair. */
  start(): Promise<void>
  /** Whether anything may be sent for the account: this copy decides for it, and nobody can have replaced it yet. */
  isOurs(accountId: AccountId): boolean
  check(): Check
  /** Lets go of all accounts, which other copies then take. */
  leave(): Promise<void>
}

/**
 * Shares the accounts out among the copies that live: each takes free ones up to its part, and gives back what it has
 * beyond that. A copy that cannot say that it lives gives up all of them by its own clock, before anybody may take them.
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
  /** By both clocks: one of them stands still while the machine sleeps, the other may be set. */
  let aliveUntil = { monotonic: -Infinity, now: -Infinity }
  let copies = 1
  /** How often it was replaced. */
  let lives = 0
  let isBeating = false
  let isTaking = false
  let isClosing = false
  let cancelBeat = (): void => undefined
  let cancelExpiry = (): void => undefined

  const isAlive = (): boolean =>
    !leases.isShared || (clock.monotonic() < aliveUntil.monotonic && clock.now() < aliveUntil.now)

  /** @param since when the database was asked: it cannot have counted from earlier */
  function live(since: { monotonic: number; now: number }): void {
    aliveUntil = { monotonic: since.monotonic + LIVES_MS, now: since.now + LIVES_MS }
    cancelExpiry()
    cancelExpiry = clock.after(LIVES_MS, expire)
  }

  const instant = () => ({ monotonic: clock.monotonic(), now: clock.now() })

  async function renew(): Promise<void> {
    const since = instant()
    if (!isAlive()) {
      expire()
      await leases.join(LIVES_MS)
    }
    const life = await leases.renew(LIVES_MS)
    if (life === null) return expire()
    live(since)
    copies = life.copies
    const roundTripMs = clock.monotonic() - since.monotonic
    parts.onTime(life.now + roundTripMs / 2)
  }

  /** Others may have taken the accounts: what is under way settles nothing any more. */
  function expire(): void {
    if (desks.size > 0) logger.warn({ accounts: desks.size }, 'this copy was replaced: it decides for nobody now')
    for (const desk of desks.values()) void desk.close()
    desks.clear()
    held.clear()
    lives += 1
    aliveUntil = { monotonic: -Infinity, now: -Infinity }
  }

  async function beat(): Promise<void> {
    if (isBeating || isClosing) return
    isBeating = true
    cancelBeat()
    try {
      if (leases.isShared) await renew()
    } catch (error) {
      logger.warn({ err: error }, 'this copy cannot say that it lives, will be tried again')
    } finally {
      isBeating = false
      if (!isClosing && leases.isShared) cancelBeat = clock.after(BEAT_MS, () => void beat())
    }
    await takePart()
  }

  /** It goes on beating meanwhile: to open many accounts takes longer than a copy may be silent. */
  async function takePart(): Promise<void> {
    if (isTaking || isClosing || !isAlive()) return
    isTaking = true
    try {
      await balance()
    } catch (error) {
      logger.warn({ err: error }, 'accounts not taken or released, will be tried again')
    } finally {
      isTaking = false
    }
  }

  async function balance(): Promise<void> {
    const accounts = parts.accounts()
    const part = Math.ceil(accounts.length / Math.max(1, copies))
    if (desks.size > part) await giveBack([...desks.keys()].slice(part))
    else if (desks.size < part) await take(accounts, part - desks.size)
  }

  async function take(accounts: readonly AccountId[], most: number): Promise<void> {
    const life = lives
    const taken = await leases.take(
      accounts.filter((id) => !desks.has(id)),
      most,
    )
    for (const id of taken) {
      // Replaced meanwhile: others take the rest, or this copy does, in its next life.
      if (life !== lives) return
      held.add(id)
      try {
        const desk = await parts.open(id)
        if (isClosing || life !== lives) void desk.close()
        else desks.set(id, desk)
      } catch (error) {
        logger.error({ err: error, accountId: id }, 'account not opened, will be tried again')
        if (life !== lives) return
        held.delete(id)
        await leases.release([id])
      }
    }
    if (taken.length > 0 && leases.isShared)
      logger.info({ taken: taken.length, accounts: desks.size, copies }, 'this copy decides')
  }

  async function giveBack(accountIds: readonly AccountId[]): Promise<void> {
    await Promise.all(accountIds.map((id) => closeDesk(id)))
    for (const id of accountIds) held.delete(id)
    await leases.release(accountIds)
    logger.info({ released: accountIds.length, accounts: desks.size, copies }, 'accounts released for other copies')
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

  leases.onFreed(() => void beat())

  return {
    async join() {
      if (!leases.isShared) return
      const since = instant()
      await leases.join(LIVES_MS)
      live(since)
      await renew()
    },
    start: beat,
    isOurs: (accountId) => isAlive() && held.has(accountId),
    check() {
      const detail = leases.isShared
        ? `decides for ${desks.size} of ${parts.accounts().length} accounts, ${copies} copies live`
        : 'the only one'
      return { name: 'copy', ok: isAlive(), detail: isAlive() ? detail : 'cannot say that it lives' }
    },
    async leave() {
      isClosing = true
      cancelBeat()
      await Promise.all([...desks.keys()].map((id) => closeDesk(id)))
      cancelExpiry()
      held.clear()
      // Should the database not answer now, the others take the accounts within seconds all the same.
      await leases.leave().catch((error: unknown) => logger.warn({ err: error }, 'leases not released'))
    },
  }
}
