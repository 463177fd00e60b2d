import type { ChatPolicy } from '../decision.ts'
import { Kysely, sql } from 'kysely'
import type { ChatEvent, Clock } from '../domain.ts'
import { createAgentCache } from './agent-cache.ts'
import { loadAgents, loadDepartments, pauseAgent } from './agents.ts'
import { StoreUnavailable, type Change, type Store } from './contract.ts'
import { explainChat } from './history.ts'
import { createGroupCommit } from './group-commit.ts'
import { listDeadLetters, replay } from './dead-letters.ts'
import { watchIntegrity } from './integrity.ts'
import { migrate } from './migrate.ts'
import { PLAIN } from './plain-policy.ts'
import { prune } from './prune.ts'
import { receive } from './receive.ts'
import { reconcile, reconciledUntil, saveReconciledUntil } from './reconcile.ts'
import { addRequest, heldUntil, learnedBurst, recentRequests, saveHeldUntil, saveLearnedBurst } from './requests.ts'
import { rosterSeenAt, saveRoster } from './roster.ts'
import type { Tables, Tx } from './schema.ts'
import { settleTurn } from './settle.ts'
import { explain, isSqliteError, openSqlite } from './sqlite.ts'
import { nextDueAt } from './sweep.ts'
import { inTransaction } from './transaction.ts'
import { takeTurn } from './turn.ts'

const WHAT_TO_DO = 'nothing more is taken in; stop the service, and restore the file: see docs/database.md'
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
  policy: () => ChatPolicy = () => PLAIN,
  role: 'the service' | 'beside a service' = 'the service',
): Promise<Store> {
  const { dialect, path, close: unlock } = openSqlite(databaseUrl, role)
  const db = new Kysely<Tables>({ dialect })
  const listeners: ((change: Change) => void)[] = []
  const recoveryListeners: (() => void)[] = []

  /** Whether the database refused, and has not written anything since. */
  let isRefusing = false

  /** SQLite's words, once a page was found that it cannot read. */
  let damage: string | null = null

  function noteWritten(): void {
    if (!isRefusing) return
    isRefusing = false
    for (const listener of recoveryListeners) listener()
  }

  async function answer<T>(work: () => Promise<T>): Promise<T> {
    if (damage !== null) throw new StoreUnavailable(`the database ${path} is damaged (${damage}); ${WHAT_TO_DO}`)
    try {
      return await work()
    } catch (error) {
      if (!isSqliteError(error)) throw error
      isRefusing = true
      throw new StoreUnavailable(`the database refused: ${explain(error)}`, { cause: error })
    }
  }

  /** Runs `work` in one transaction, and tells the listeners once it is on the disk. */
  async function commit<T extends { change: Change }>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const done = await answer(() => inTransaction(db, cache, work))
    noteWritten()
    const { hasOpened, hasFreed, arrivals = [], taken = [] } = done.change
    if (hasOpened || hasFreed || arrivals.length + taken.length > 0)
      for (const listener of listeners) listener(done.change)
    return done
  }

  const received = createGroupCommit(async (events: readonly ChatEvent[]) => {
    const { results } = await commit((tx) => receive(tx, events, clock.now(), policy()))
    return results
  })

  try {
    await answer(() => migrate(db))
  } catch (error) {
    await db.destroy()
    unlock()
    throw error
  }

  const stopWatching = role === 'the service' ? watchIntegrity(path, clock, (finding) => (damage = finding)) : null

  let dataVersion: number | null = null
  const cache = createAgentCache()

  return {
    receive: (event) => received.add(event),
    async takeTurn(now, except, route) {
      const { turn } = await commit((tx) => takeTurn(tx, now, except, route, policy(), cache))
      return turn
    },
    async settle(assignmentId, settlement) {
      const { state } = await commit((tx) => settleTurn(tx, assignmentId, settlement, clock.now(), policy()))
      return state
    },
    nextDueAt: (now) => answer(() => nextDueAt(db, now, policy())),
    countOpen: () => answer(() => countOpen(db)),
    async saveRoster(roster, seenAt) {
      await commit(async (tx) => {
        await saveRoster(tx, roster, seenAt)
        return { change: ROSTER_CHANGED }
      })
    },
    rosterSeenAt: () => answer(() => rosterSeenAt(db)),
    listAgents: () => answer(() => loadAgents(db)),
    listDepartments: () => answer(() => loadDepartments(db)),
    explain: (chatId) => answer(() => explainChat(db, chatId)),
    async pauseAgent(agentId, until) {
      const { isKnown } = await commit(async (tx) => ({
        isKnown: await pauseAgent(tx, agentId, until),
        change: ROSTER_CHANGED,
      }))
      return isKnown ? 'done' : 'no such agent'
    },
    async reconcile(found, takenAt, openSince) {
      const { result } = await commit((tx) => reconcile(tx, found, takenAt, openSince, clock.now(), policy()))
      return result
    },
    listDeadLetters: (limit) => answer(() => listDeadLetters(db, limit)),
    async replay(id) {
      const { result } = await commit((tx) => replay(tx, id, clock.now(), policy()))
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
    prune: (before, limit) =>
      answer(() => db.transaction().execute((tx) => prune(tx, before, clock.now() - policy().forgetAfterMs, limit))),
    onChange(listener) {
      listeners.push(listener)
    },
    onRecovered(listener) {
      recoveryListeners.push(listener)
    },
    async noticeOthers() {
      const { rows } = await answer(() => sql<{ data_version: number }>`pragma data_version`.execute(db))
      const version = rows[0]?.data_version ?? null
      const isNews = dataVersion !== null && version !== dataVersion
      dataVersion = version
      if (isNews) cache.clear()
      if (isNews) for (const listener of listeners) listener({ hasOpened: true, hasFreed: true })
    },
    async check() {
      await answer(async () => {
        if (isRefusing) await tryWriting(db)
        else await db.selectFrom('agent').select('id').limit(1).execute()
      })
      noteWritten()
    },
    [Symbol.asyncDispose]: close,
    close,
  }

  async function close(): Promise<void> {
    stopWatching?.()
    await received.settled()
    await db.destroy()
    unlock()
  }
}

/** Reading may work where writing does not: on a full disk, say. Leaves nothing behind. */
async function tryWriting(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx.insertInto('request').values({ sent_at: 0 }).execute()
    await tx.deleteFrom('request').where('sent_at', '=', 0).execute()
  })
}

async function countOpen(db: Kysely<Tables>): Promise<{ waiting: number; decided: number }> {
  const rows = await db.selectFrom('open_count').selectAll().execute()
  const count = (state: string) => rows.find((row) => row.state === state)?.n ?? 0
  return { waiting: count('waiting'), decided: count('decided') }
}
