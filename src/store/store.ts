import type { ChatPolicy } from '../decision.ts'
import type { Clock } from '../domain.ts'
import { readAccount, writeAccount } from './account-row.ts'
import type { InTransaction } from './account-transaction.ts'
import type { AgentCache } from './agents/agent-cache.ts'
import { loadAgents, loadDepartments, pauseAgent } from './agents/agents.ts'
import { sortEvent, type SortedEvent } from '../core/chat-facts.ts'
import { merge, NOTHING_CHANGED } from './changes.ts'
import { LeaseLost, type Change, type Store } from './contract.ts'
import { listDeadLetters, replay } from './turns/dead-letters.ts'
import type { Health } from './health.ts'
import { explainChat } from './chats/history.ts'
import { leaveNote, takeIn } from './arrivals/inbox.ts'
import { reconcile } from './chats/reconcile.ts'
import { createActLog } from './reports/act-log.ts'
import { createReports } from './reports/reports.ts'
import { addRequest, recentRequests } from './turns/requests.ts'
import { rosterSeenAt, saveRoster } from './agents/roster.ts'
import type { Scope, TxScope } from './scope.ts'
import { settleTurn } from './turns/settle.ts'
import { isStillWanted } from './turns/still-wanted.ts'
import { isAnythingThere, nextDueAt } from './turns/due.ts'
import { takeTurn } from './turns/turn.ts'

const ROSTER_CHANGED: Change = { ...NOTHING_CHANGED, hasFreed: true }

/** Everything of one account, by the queries in this folder. */
export function createStore(parts: {
  scope: Scope
  cache: AgentCache
  policy: () => ChatPolicy
  clock: Clock
  health: Health
  /** For what only the copy that decides may write. */
  asDecider: InTransaction
  /** For what command line tools write beside it. */
  asAnybody: InTransaction
  receive: (event: SortedEvent) => Promise<'accepted' | 'duplicate'>
  /** Tells who waits. */
  announce: (change: Change) => void
  onChange: Store['onChange']
  /** Tells the copy that decides that something is in its inbox. */
  onLeft: () => void
}): Store {
  const { scope, cache, policy, clock, health } = parts
  const { answer } = health

  /** Runs `work` in one transaction, and tells the listeners once it is on the disk. */
  async function commit<T extends { change: Change }>(work: (scope: TxScope) => Promise<T>): Promise<T> {
    const done = await answer(() => parts.asDecider(work)).catch((error: unknown) => {
      // It may have been written all the same, and only the answer was lost.
      if (!(error instanceof LeaseLost)) parts.announce({ hasWork: true, hasFreed: true })
      throw error
    })
    health.noteWritten()
    parts.announce(done.change)
    return done
  }

  /** Waits for its turn: whoever asks meanwhile is served by the same one. */
  let taking: Promise<void> | null = null
  async function takeAllIn(): Promise<void> {
    for (let isAll = false; !isAll;) {
      ;({ isAll } = await commit(async (tx) => {
        taking = null
        const taken = await takeIn(tx, clock.now(), policy())
        // Also where there is nothing to decide now: something may fall due sooner.
        return { ...taken, change: { ...taken.change, hasWork: true } }
      }))
    }
  }

  /** Takes over what HelpCrunch says now, which is newer than what lies in the inbox, after that. */
  async function commitNews<T extends { change: Change }>(work: (scope: TxScope) => Promise<T>): Promise<T> {
    if (!scope.engine.isShared) return commit(work)
    for (;;) {
      const { done } = await commit(async (tx) => {
        const { change, isAll } = await takeIn(tx, clock.now(), policy())
        if (!isAll) return { done: null, change }
        const news = await work(tx)
        return { done: news, change: merge(change, news.change) }
      })
      if (done !== null) return done
    }
  }

  const write = (work: (scope: TxScope) => Promise<void>) => answer(() => parts.asDecider(work))
  const read = <T>(work: (scope: Scope) => Promise<T>) => answer(() => work(scope))

  /** As somebody else than the decider, who is told of it. */
  async function changeBeside<T>(work: (scope: TxScope) => Promise<T>): Promise<T> {
    const result = await answer(() =>
      parts.asAnybody(async (tx) => {
        await leaveNote(tx)
        return work(tx)
      }),
    )
    parts.onLeft()
    return result
  }

  return {
    accountId: scope.accountId,
    reports: createReports(read),
    actLog: createActLog(scope, answer),
    onChange: parts.onChange,
    receive: (event) => parts.receive(sortEvent(event, policy())),
    takeIn() {
      taking ??= takeAllIn().finally(() => (taking = null))
      return taking
    },
    async takeTurn(except, route) {
      // Where a transaction is several round trips. While the database refuses, writing shows whether it still does.
      const mayLookFirst = scope.engine.isShared && !health.isRefusing()
      if (mayLookFirst && !(await read((db) => isAnythingThere(db, clock.now(), except, policy())))) return null
      const { turn } = await commit((tx) => takeTurn(tx, clock.now(), except, route, policy(), cache))
      if (turn?.kind !== 'put' || !scope.engine.isShared) return turn
      // While it was decided, another copy may have acknowledged that a person took the chat: the next turn knows.
      if (await read((db) => isStillWanted(db, turn))) return turn
      parts.announce({ ...NOTHING_CHANGED, hasWork: true })
      return null
    },
    async settle(assignmentId, settlement) {
      const save = settlement.to === 'known' ? commitNews : commit
      const { state } = await save((tx) => settleTurn(tx, assignmentId, settlement, clock.now(), policy()))
      return state
    },
    nextDueAt: (now) => read((db) => nextDueAt(db, now, policy())),
    async countOpen() {
      const { waiting, decided } = await read(readAccount)
      return { waiting, decided }
    },
    async saveRoster(roster, seenAt) {
      await commit(async (tx) => {
        await saveRoster(tx, roster, seenAt)
        return { change: ROSTER_CHANGED }
      })
    },
    rosterSeenAt: () => read(rosterSeenAt),
    listAgents: () => read((db) => loadAgents(db)),
    listDepartments: () => read(loadDepartments),
    explain: (chatId) => read((db) => explainChat(db, chatId)),
    async pauseAgent(agentId, until) {
      const isKnown = await changeBeside((tx) => pauseAgent(tx, agentId, until))
      return isKnown ? 'done' : 'no such agent'
    },
    async reconcile(found, takenAt, openSince) {
      const { result } = await commitNews((tx) => reconcile(tx, found, takenAt, openSince, clock.now(), policy()))
      return result
    },
    listDeadLetters: (limit, before) => read((db) => listDeadLetters(db, limit, before)),
    async replay(id) {
      const { result } = await changeBeside((tx) => replay(tx, id, clock.now(), policy()))
      return result
    },
    async reconciledUntil() {
      return (await read(readAccount)).searchedUntil
    },
    saveReconciledUntil: (until) => write((tx) => writeAccount(tx, { searched_until: until })),
    recordRequest: (sentAt) => write((tx) => addRequest(tx, sentAt)),
    recentRequests: (now) => read((db) => recentRequests(db, now)),
    async learnedBurst() {
      return (await read(readAccount)).learned
    },
    saveLearnedBurst: ({ burst, learnedAt }) => write((tx) => writeAccount(tx, { burst, burst_learned_at: learnedAt })),
    async heldUntil() {
      return (await read(readAccount)).heldUntil
    },
    saveHeldUntil: (until) => write((tx) => writeAccount(tx, { held_until: Math.ceil(until) })),
  }
}
