import { Kysely } from 'kysely'
import type { ChatEvent, Clock } from '../domain.ts'
import { StoreUnavailable, type Change, type Store } from './contract.ts'
import { createGroupCommit } from './group-commit.ts'
import { listDeadLetters, replay } from './dead-letters.ts'
import { migrate } from './migrate.ts'
import { prune } from './prune.ts'
import { receive } from './receive.ts'
import { reconcile, reconciledUntil, saveReconciledUntil } from './reconcile.ts'
import { addRequest, heldUntil, learnedBurst, recentRequests, saveHeldUntil, saveLearnedBurst } from './requests.ts'
import { pauseAgent, rosterSeenAt, saveRoster } from './roster.ts'
import type { Tables, Tx } from './schema.ts'
import { settleTurn } from './settle.ts'
import { isSqliteError, openSqlite } from './sqlite.ts'
import { takeTurn } from './turn.ts'

const ROSTER_CHANGED: Change = { hasOpened: false, hasFreed: true }

/**
 * Opens the store and brings its schema up to date.
 * @param databaseUrl `file:` and a path
 * @param role the service has the database for itself; a command line tool works beside it
 * @throws StoreUnavailable with a sentence for whoever starts the service
 */
export async function openStore(
  databaseUrl: string,
  clock: Clock,
  role: 'the service' | 'beside a service' = 'the service',
): Promise<Store> {
  const { dialect, close } = openSqlite(databaseUrl, role)
  const db = new Kysely<Tables>({ dialect })
  const listeners: ((change: Change) => void)[] = []

  /** Whether the last thing the database was asked for, it refused. */
  let isRefusing = false

  async function answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isSqliteError(error)) throw error
      isRefusing = true
      throw new StoreUnavailable(`the database refused: ${error.message}`, { cause: error })
    }
  }

  /** Runs `work` in one transaction, and tells the listeners once it is on the disk. */
  async function commit<T extends { change: Change }>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const done = await answer(() => db.transaction().execute(work))
    if (done.change.hasOpened || done.change.hasFreed) for (const listener of listeners) listener(done.change)
    return done
  }

  const received = createGroupCommit(async (events: readonly ChatEvent[]) => {
    const { results } = await commit((tx) => receive(tx, events, clock.now()))
    return results
  })

  try {
    await answer(() => migrate(db))
  } catch (error) {
    await db.destroy()
    close()
    throw error
  }

  return {
    receive: (event) => received.add(event),
    async takeTurn(now, except, route) {
      const { turn } = await commit((tx) => takeTurn(tx, now, except, route))
      return turn
    },
    async settle(assignmentId, settlement) {
      const { state } = await commit((tx) => settleTurn(tx, assignmentId, settlement, clock.now()))
      return state
    },
    nextDueAt: (now) => answer(() => nextDueAt(db, now)),
    countOpen: () => answer(() => countOpen(db)),
    async saveRoster(roster, seenAt) {
      await commit(async (tx) => {
        await saveRoster(tx, roster, seenAt)
        return { change: ROSTER_CHANGED }
      })
    },
    rosterSeenAt: () => answer(() => rosterSeenAt(db)),
    async pauseAgent(agentId, isPaused) {
      await commit(async (tx) => {
        await pauseAgent(tx, agentId, isPaused)
        return { change: ROSTER_CHANGED }
      })
    },
    async reconcile(found, takenAt, openSince) {
      const { result } = await commit((tx) => reconcile(tx, found, takenAt, openSince, clock.now()))
      return result
    },
    listDeadLetters: (limit) => answer(() => listDeadLetters(db, limit)),
    async replay(id) {
      const { result } = await commit((tx) => replay(tx, id, clock.now()))
      return result
    },
    reconciledUntil: () => answer(() => reconciledUntil(db)),
    saveReconciledUntil: (until) => answer(() => saveReconciledUntil(db, until)),
    recordRequest: (sentAt) => answer(() => db.transaction().execute((tx) => addRequest(tx, sentAt))),
    recentRequests: (since) => answer(() => recentRequests(db, since)),
    learnedBurst: () => answer(() => learnedBurst(db)),
    saveLearnedBurst: (learned) => answer(() => saveLearnedBurst(db, learned)),
    heldUntil: () => answer(() => heldUntil(db)),
    saveHeldUntil: (until) => answer(() => saveHeldUntil(db, until)),
    prune: (before, limit) => answer(() => db.transaction().execute((tx) => prune(tx, before, limit))),
    onChange(listener) {
      listeners.push(listener)
    },
    async check() {
      await answer(async () => {
        if (isRefusing) await tryWriting(db)
        else await db.selectFrom('agent').select('id').limit(1).execute()
      })
      isRefusing = false
    },
    async close() {
      await received.settled()
      await db.destroy()
      close()
    },
  }
}

/** Reading may work where writing does not: on a full disk, say. Leaves nothing behind. */
async function tryWriting(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('request').values({ sent_at: 0 }).execute()
    await tx.deleteFrom('request').where('sent_at', '=', 0).execute()
  })
}

async function nextDueAt(db: Kysely<Tables>, now: number): Promise<number | null> {
  const retry = await db
    .selectFrom('assignment')
    .select(({ fn }) => fn.min('not_before').as('at'))
    .where('settled_at', 'is', null)
    .where('not_before', '>', now)
    .executeTakeFirst()
  const snooze = await db
    .selectFrom('chat')
    .select(({ fn }) => fn.min('snoozed_until').as('at'))
    .where('snoozed_until', '>', now)
    .executeTakeFirst()
  const times = [retry?.at ?? null, snooze?.at ?? null].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

async function countOpen(db: Kysely<Tables>): Promise<{ waiting: number; decided: number }> {
  const rows = await db
    .selectFrom('assignment')
    .select(({ fn }) => ['state', fn.countAll<number>().as('n')])
    .where('settled_at', 'is', null)
    .groupBy('state')
    .execute()
  const count = (state: string) => rows.find((row) => row.state === state)?.n ?? 0
  return { waiting: count('waiting'), decided: count('decided') }
}
