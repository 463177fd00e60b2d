import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { onTestFinished } from 'vitest'
import type { Decision, Situation } from '../../src/decision.ts'
import type { AssignmentId } from '../../src/domain.ts'
import type { Step } from '../../src/core/contract.ts'
import type { Settlement } from '../../src/core/inputs.ts'
import type { TestStore } from './store.ts'
import { copyDatabase } from '../../src/store/copy-to-postgres/copy-database.ts'
import { openStores } from '../../src/store/stores.ts'
import { agentId, agentMessage, chatId, customerMessage, departmentId, facts, snapshotEvent } from './events.ts'
import { createManualClock } from './manual-clock.ts'
import { decisionFor } from './people.ts'
import { openTestStore } from './store.ts'

export const T = 1_800_000_000_000
export const clock = createManualClock(T)
const CHATS = Array.from({ length: 16 }, (_, index) => chatId(index + 1))
const REASON = { reason: 'HTTP 500' }

/** The URL of an embedded database that does not exist yet; its directory is removed after the test. */
export async function fileUrl(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-moving-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return `file:${join(directory, 'test.db')}`
}

/** Moves a database, and returns the lines of its output. */
export async function move(from: string, to: string, account: string | null = null): Promise<string[]> {
  const lines: string[] = []
  await copyDatabase({ from, to, account, clock, say: (line) => void lines.push(line) })
  return lines
}

/** Gives a chat to the first agent, or to none, and notes what each agent is owed. */
function chooseFirst({ chat, agents }: Situation): Decision {
  const credits = agents.map(({ id }) => ({ agentId: id, credit: id / 8 }))
  return { ...decisionFor(agents[0]?.id ?? null, chat.id), credits }
}

/** The steps that a store takes until nothing is due, without settling them. */
export async function takeAll(store: TestStore, at = T): Promise<Step[]> {
  clock.set(at)
  const turns: Step[] = []
  for (;;) {
    const assignments = turns.map(({ assignmentId }) => assignmentId)
    const turn = await store.takeStep({ pools: [], assignments }, chooseFirst)
    if (turn === null) break
    turns.push(turn)
  }
  clock.set(T)
  return turns
}

/** A morning's work: chats in every state that there is. */
export async function work(store: TestStore): Promise<void> {
  const now = T
  const sales = departmentId(10)
  const agents = [1, 2, 3].map((id) => ({ id: agentId(id), name: `Zoë "${id}" O’Neill` }))
  const departments = [{ id: sales, name: 'Sales', agentIds: [agentId(2), agentId(3)] }]
  await store.saveRoster({ agents, departments }, now)
  const settlements: (((now: number) => Settlement) | null)[] = [
    () => ({ to: 'assigned', snapshot: { status: 'opened', assigneeId: agentId(1) }, answeredAt: now }),
    () => ({ to: 'retry', notBefore: now + 60_000, isFailure: true, mayHaveTakenEffect: true, ...REASON }),
    () => ({ to: 'dead', ...REASON }),
    () => ({ to: 'dead', ...REASON }),
    () => ({ to: 'gone', ...REASON }),
    null,
  ]
  const underWay: AssignmentId[] = []
  for (const [index, settlement] of settlements.entries()) {
    const arrival = snapshotEvent('chat.new', index + 1, now + index)
    await store.receive({ ...arrival, facts: facts({ customerId: (700 + index) as never, channel: 'email' }) })
    const turn = (await store.takeStep({ pools: [], assignments: underWay }, chooseFirst)) as Step
    underWay.push(turn.assignmentId)
    if (settlement !== null) await store.settle(turn.assignmentId, settlement(now))
  }
  for (const chat of [7, 8, 9])
    await store.receive(snapshotEvent('chat.new', chat, now - chat, { departmentId: sales }))
  await store.receive(snapshotEvent('chat.snoozed', 10, now, { assigneeId: agentId(2), snoozedUntil: now + 5000 }))
  await store.receive(snapshotEvent('chat.closed', 11, now, { status: 'closed' }))
  await store.receive(customerMessage(12, now))
  await store.receive(snapshotEvent('chat.assigned', 13, now, { assigneeId: agentId(99) }))
  await store.receive(agentMessage(13, 3, now))
  await store.saveLearnedBurst({ burst: 7, learnedAt: now })
  await store.saveHeldUntil(now + 1000)
  await store.saveReconciledUntil(now - 1000)
  await store.recordRequest(now)
  const [letter] = await store.listDeadLetters(10)
  await store.replay(letter?.id as AssignmentId)
  await store.pauseAgent(agentId(2), 8.64e15)
}

/** All that can be read from a store. */
export async function lookAt(store: Omit<TestStore, 'takeStep' | 'settle' | 'decidingBy'>) {
  return {
    chats: await Promise.all(CHATS.map((id) => store.explain(id))),
    agents: await store.listAgents(),
    departments: await store.listDepartments(),
    deadLetters: await store.listDeadLetters(100),
    open: await store.countOpen(),
    requests: (await store.recentRequests(0)).toSorted((a, b) => a - b),
    burst: await store.learnedBurst(),
    heldUntil: await store.heldUntil(),
    searchedUntil: await store.reconciledUntil(),
    rosterSeenAt: await store.rosterSeenAt(),
  }
}

/** A database with a morning's work, closed again, and all that was read from it. */
export async function makeSource() {
  const url = await fileUrl()
  const { store, stores } = await openTestStore(url, clock)
  await work(store)
  const wasTold = await lookAt(store)
  await stores.close()
  const path = url.slice('file:'.length)
  const beside = new DatabaseSync(path)
  beside.exec('insert into inbox (account_id) select id from account')
  beside.exec(`insert into customer (account_id, customer_id, read_at, data) select id, 901, ${T}, '{}' from account`)
  beside.exec(`insert into operator_act (account_id, at, actor, kind, data, idempotency_key)
    select id, 1, 'Olena', 'pause', '{}', 'a key' from account`)
  beside.exec(`insert into policy_version (account_id, version, seen_at, source)
    select id, 'load', 1, 'rules: load' from account`)
  beside.close()
  return { url, path, told: wasTold }
}

/** All that can be read from the account's store, opened like a command line tool. */
export async function told(url: string, account = 'default') {
  await using stores = await openStores(url, clock, 'beside a service')
  const store = await stores.find(account)
  return store === null ? null : await lookAt(store)
}
