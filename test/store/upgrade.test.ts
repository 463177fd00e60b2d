import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Step } from '../../src/core/contract.ts'
import type { ChatHistory } from '../../src/core/records.ts'
import type { ChatSnapshot, EventId } from '../../src/domain.ts'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import { route } from '../../src/routing/route.ts'
import { agentId, chatId, snapshotEvent } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { policyOf } from '../support/people.ts'
import {
  actAsPrevious,
  ENGINES,
  FILE,
  layPrevious,
  query,
  WRITTEN,
  type EngineName,
} from '../support/previous-version.ts'
import { createDatabase } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'

const MINUTE = 60_000
/** The webhook that an instance of the previous version receives in `actAsPrevious`. */
const RECEIVED = 'morning-28' as EventId
const policy = policyOf(null, null, FILE)
const ofChats = chatPolicyOf(policy)

/** The store of this version on a database. */
async function open(url: string, clock = createManualClock(WRITTEN.at)) {
  const { store, stores } = await openTestStore(url, clock, () => ofChats)
  let isEnded = false
  onTestFinished(() => (isEnded ? undefined : stores.close()))

  /** As at a shutdown. */
  async function end(): Promise<void> {
    isEnded = true
    await stores.leases.leave()
    await stores.close()
  }

  /** Takes every step that can be taken, and lets HelpCrunch answer. */
  async function goOn(fetched: Readonly<Record<number, ChatSnapshot>> = {}): Promise<(string | number | null)[][]> {
    const steps: (string | number | null)[][] = []
    await store.drain()
    const pools: string[] = []
    const take = () => store.takeStep({ pools, assignments: [] }, (situation) => route(policy, situation))
    for (let step = await take(); step !== null; step = await take()) {
      steps.push([step.kind, step.chatId, 'agentId' in step ? step.agentId : null])
      await answer(step, fetched[step.chatId] ?? { assigneeId: null })
      if (step.kind === 'none eligible' && step.pool !== null) pools.push(step.pool)
    }
    return steps
  }

  async function answer(step: Step, snapshot: ChatSnapshot): Promise<void> {
    const answeredAt = clock.now()
    if (step.kind === 'fetch') await store.settle(step.assignmentId, { to: 'known', snapshot, answeredAt })
    if (step.kind === 'customer')
      await store.settle(step.assignmentId, {
        to: 'customer',
        customerId: step.customerId,
        facts: null,
        failure: 'gone',
      })
    if (step.kind !== 'put') return
    await store.settle(step.assignmentId, { to: 'assigned', snapshot: { assigneeId: step.agentId }, answeredAt })
  }

  return { store, stores, clock, goOn, end }
}

const TABLES = ['event', 'inbox', 'chat', 'assignment', 'agent', 'decision', 'customer_agent', 'department'] as const

/** No start changes these. */
const KEPT = ['event', 'decision', 'customer_agent', 'department', 'department_member', 'request']

/** All rows of an account, without those that each start writes anew. */
async function rowsOf(url: string, tables: readonly string[] = TABLES): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {}
  for (const table of tables) rows[table] = await query(url, `select * from ${table} order by 1, 2, 3`)
  rows.account = await query(url, 'select waiting, decided, burst, held_until, searched_until from account')
  return rows
}

/** That version stored less of a chat, and guessed the channel `chat`. */
function ofToday({ chat, ...history }: ChatHistory): ChatHistory {
  const channel = chat.channel === 'chat' ? null : chat.channel
  const said = { labels: chat.labels, byCustomer: [], channel, applicationId: null, isBroadcastReply: false }
  const added = {
    awaitsCustomer: false,
    givenAt: null,
    isWithBot: false,
    misplaced: [],
    movedAt: null,
    asked: null,
    said,
  }
  return { ...history, chat: { ...chat, ...added, channel } }
}

/** The tables with their columns and indexes. */
async function schemaOf(url: string): Promise<Record<string, unknown>[]> {
  return url.startsWith('file:')
    ? query(url, `select type, name, sql from sqlite_master where name not like 'sqlite%' order by type, name`)
    : query(
        url,
        `select table_name as name, column_name || ' ' || data_type || ' ' || is_nullable as what
         from information_schema.columns where table_schema = 'public'
         union all select tablename, indexdef from pg_indexes where schemaname = 'public' order by name, what`,
      )
}

describe.for(ENGINES)('a database of the previous version on %s', (engine) => {
  test('is read completely: chats, decisions, dead letters, agents with loads, and the lane’s state', async () => {
    const url = await layPrevious(engine)
    const kept = await rowsOf(url, KEPT)
    const { store } = await open(url)
    for (const history of WRITTEN.histories) expect(await store.explain(history.chat.id)).toEqual(ofToday(history))
    expect(await store.listDeadLetters(100)).toEqual(WRITTEN.deadLetters)
    expect(await store.listAgents()).toEqual(WRITTEN.agents)
    expect(await store.listDepartments()).toEqual(WRITTEN.departments)
    expect(await store.countOpen()).toEqual(WRITTEN.counts)
    expect(await store.recentRequests(WRITTEN.at)).toEqual(WRITTEN.requests)
    expect(await store.learnedBurst()).toEqual(WRITTEN.learned)
    expect(await store.heldUntil()).toBe(WRITTEN.heldUntil)
    expect(await store.reconciledUntil()).toBe(WRITTEN.searchedUntil)
    expect(await rowsOf(url, KEPT)).toEqual(kept)
  })

  test('continues in its order, and fetches chats that were decided or never seen whole', async () => {
    const { store, clock, goOn } = await open(await layPrevious(engine))
    const isShared = engine === 'PostgreSQL'
    // 17 has a priority of 15 minutes, the others come by age; agent 4 is paused, and of 18 only a message was seen.
    expect(await goOn()).toEqual([
      ['put', 17, 1],
      ['fetch', 12, null],
      ['put', 12, 3],
      ...(isShared
        ? // What the other instance received: 13 was closed, 19 came.
          [
            ['put', 14, 2],
            ['put', 15, 1],
            ['put', 16, 3],
            ['fetch', 18, null],
            ['put', 18, 2],
            ['customer', 19, null],
            ['put', 19, 1],
          ]
        : [
            ['put', 13, 2],
            ['put', 14, 1],
            ['put', 15, 3],
            ['put', 16, 2],
            ['fetch', 18, null],
            ['put', 18, 1],
          ]),
    ])
    expect(await store.countOpen()).toEqual({ waiting: 0, decided: 1 })
    expect(await store.nextDueAt(clock.now())).toBe(WRITTEN.histories[10]?.assignments[0]?.notBefore)
    clock.advance(10 * MINUTE)
    // Its PUT had taken effect.
    expect(await goOn({ 11: { assigneeId: agentId(2) } })).toEqual([
      ['fetch', 11, null],
      ['confirmed', 11, 2],
    ])
    expect(await store.countOpen()).toEqual({ waiting: 0, decided: 0 })
  })

  test('a webhook that was stored before is still a duplicate', async () => {
    const { store } = await open(await layPrevious(engine))
    const event = { ...snapshotEvent('chat.new', 13, WRITTEN.at), id: 'morning-1' as EventId }
    expect(await store.receive(event)).toBe('duplicate')
  })

  test('gets the schema of a new database, and a second start changes neither the schema nor a row', async () => {
    const url = await layPrevious(engine)
    const first = await open(url)
    await first.store.drain()
    await first.end()
    const [rows, schema] = [await rowsOf(url), await schemaOf(url)]
    expect(rows.inbox).toEqual([])
    const second = await open(url)
    await second.store.drain()
    await second.end()
    expect(await rowsOf(url)).toEqual(rows)
    expect(await schemaOf(url)).toEqual(schema)
    expect(schema).toEqual(await newSchema(engine))
  })
})

/** What this version makes of an empty database. */
async function newSchema(engine: EngineName): Promise<Record<string, unknown>[]> {
  const url = engine === 'PostgreSQL' ? await createDatabase() : await emptyFile()
  const { end } = await open(url)
  await end()
  return schemaOf(url)
}

async function emptyFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-new-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return `file:${join(directory, 'new.db')}`
}
describe('beside an instance of the previous version', () => {
  const isPaused = async (url: string) => query(url, 'select id from agent where paused_until is not null order by id')

  /** The heartbeat of that instance has not expired. */
  async function layLiving(): Promise<string> {
    const url = await layPrevious('PostgreSQL')
    await query(url, `update copy set alive_until = floor(extract(epoch from clock_timestamp()) * 1000) + 9000`)
    return url
  }

  test('that decides, this version waits until it has left; its statements still work', async () => {
    const url = await layLiving()
    const { store, stores, goOn } = await open(url)
    const id = store.accountId
    await expect(store.drain()).rejects.toThrow('another instance of this service decides for this account now')
    expect(await actAsPrevious(url, 'renew')).toMatchObject([{ copies: '2', renewed: '1' }])
    await actAsPrevious(url, 'receive')
    expect(await actAsPrevious(url, 'receiveAgain')).toHaveLength(1)
    await actAsPrevious(url, 'pause')
    await actAsPrevious(url, 'turn')
    await actAsPrevious(url, 'settle')
    expect(await stores.leases.take([id], 1)).toEqual([])
    await actAsPrevious(url, 'leave')
    expect(await stores.leases.take([id], 1)).toEqual([id])
    expect(await store.explain(chatId(17))).toMatchObject({
      chat: { assigneeId: 1 },
      assignments: [{ state: 'assigned', agentId: 1, decisions: [{ agentId: 1 }] }],
    })
    expect(await isPaused(url)).toEqual([{ id: '3' }, { id: '4' }])
    expect((await goOn()).map(([kind, chat]) => `${kind} ${chat}`)).toEqual([
      'fetch 12',
      'put 12',
      'put 14',
      'put 15',
      'put 16',
      'fetch 18',
      'put 18',
      'customer 19',
      'put 19',
      'customer 20',
      'put 20',
    ])
    expect(await store.countOpen()).toEqual({ waiting: 0, decided: 1 })
  })

  test('that receives, this version applies what it stores, and no webhook counts twice', async () => {
    const url = await layPrevious('PostgreSQL')
    const { store, goOn } = await open(url)
    const steps = await goOn()
    const event = { ...snapshotEvent('chat.new', 20, WRITTEN.at), id: RECEIVED }
    await actAsPrevious(url, 'receive')
    expect(await store.receive(event)).toBe('duplicate')
    await actAsPrevious(url, 'pause')
    expect(await actAsPrevious(url, 'take')).toEqual([])
    expect(await goOn()).toEqual([
      ['customer', 20, null],
      ['put', 20, 2],
    ])
    expect(steps.some(([, chat]) => chat === 20)).toBe(false)
    expect((await store.listAgents()).filter(({ pausedUntil }) => pausedUntil !== null).map(({ id }) => id)).toEqual([
      3, 4,
    ])
    expect(await query(url, 'select 1 from inbox')).toEqual([])
  })

  test('that receives, a webhook that this version has stored is a duplicate', async () => {
    const url = await layPrevious('PostgreSQL')
    const { store } = await open(url)
    expect(await store.receive({ ...snapshotEvent('chat.new', 20, WRITTEN.at), id: RECEIVED })).toBe('accepted')
    await actAsPrevious(url, 'receiveAgain')
    expect(await query(url, `select type from event where id = '${RECEIVED}'`)).toEqual([{ type: 'chat.new' }])
  })
})
