import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Lane } from '../../src/rate-limit/contract.ts'
import type { Outcome, Roster } from '../../src/domain.ts'
import type { HelpCrunch, Page } from '../../src/helpcrunch/contract.ts'
import { createRosterSync } from '../../src/sync/roster-sync.ts'
import type { RosterStore } from '../../src/store/contract.ts'
import { agentId, departmentId } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'

type Entry = { id: ReturnType<typeof agentId>; name: string }
const people = (from: number, count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({ id: agentId(from + index), name: `Agent ${from + index}` }))

function open(listAgents: (offset: number) => Outcome<Page<Entry>>) {
  const clock = createManualClock()
  const saved: Roster[] = []
  const departments = [{ id: departmentId(10), name: 'Sales', agentIds: [agentId(1)] }]
  const client = {
    listAgents: async (offset: number) => listAgents(offset),
    listDepartments: async () => ({ kind: 'ok', body: { entries: departments, size: 1 }, answeredAt: 0 }),
  } as unknown as HelpCrunch
  const lane = { request: (_priority: string, request: () => unknown) => request() } as unknown as Lane
  const store = {
    rosterSeenAt: async () => null,
    saveRoster: async (roster: Roster) => void saved.push(roster),
  } as unknown as RosterStore
  const logger = pino({ level: 'silent' })
  const sync = createRosterSync({
    client,
    lane,
    store,
    intervalMs: 300_000,
    policy: () => ({ onlyWhenTeamOnline: false, likelyBots: () => [] }),
    clock,
    random: () => 1,
    logger,
  })
  return { sync, saved, clock }
}
const page = (entries: Entry[], size = entries.length): Outcome<Page<Entry>> => ({
  kind: 'ok',
  body: { entries, size },
  answeredAt: 0,
})
const settle = () => new Promise<void>((resolve) => void setImmediate(resolve))

test('all pages are read until one is short, and an agent on two of them counts once', async () => {
  const { sync, saved } = open((offset) => (offset === 0 ? page(people(1, 100)) : page(people(100, 20))))
  await sync.start()
  expect(saved).toHaveLength(1)
  expect(saved[0]?.agents.map(({ id }) => id)).toEqual(Array.from({ length: 119 }, (_, index) => index + 1))
  expect(sync.check()).toMatchObject({ ok: true })
})

test('a page is as long as HelpCrunch says, also where some entries make no sense', async () => {
  const offsets: number[] = []
  const { sync } = open((offset) => {
    offsets.push(offset)
    return offset === 0 ? page(people(1, 3), 100) : page([])
  })
  await sync.start()
  expect(offsets).toEqual([0, 90])
})

test('a list without end is given up, and nothing is saved', async () => {
  const { sync, saved } = open(() => page(people(1, 100)))
  await sync.start()
  expect(saved).toEqual([])
  expect(sync.check()).toEqual({
    name: 'roster',
    ok: false,
    detail:
      'never read; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiUrl and apiKey); last attempt failed: agents: no end after 100 pages',
  })
})

test('the roster is read again after the interval, and sooner after a failure', async () => {
  let answer: Outcome<Page<Entry>> = { kind: 'failed', reason: 'ECONNREFUSED' }
  const { sync, saved, clock } = open(() => answer)
  await sync.start()
  expect(sync.check().ok).toBe(false)
  answer = page(people(1, 1))
  clock.advance(2000)
  await settle()
  expect(saved).toHaveLength(1)
  clock.advance(299_999)
  await settle()
  expect(saved).toHaveLength(1)
  clock.advance(1)
  await settle()
  expect(saved).toHaveLength(2)
})

test('an unknown agent or department has the roster read at once, but at most once a minute', async () => {
  let reads = 0
  const { sync, clock } = open(() => {
    reads += 1
    return page(people(1, 2))
  })
  await sync.start()
  const notice = async (afterMs: number): Promise<number> => {
    clock.advance(afterMs)
    sync.readSoon()
    clock.advance(0)
    for (let turn = 0; turn < 10; turn += 1) await settle()
    return reads
  }
  expect(await notice(1000)).toBe(2)
  expect(await notice(1000)).toBe(2)
  expect(await notice(57_000)).toBe(2)
  expect(await notice(2000)).toBe(3)
})
