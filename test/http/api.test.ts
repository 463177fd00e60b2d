import { expect, test } from 'vitest'
import { jainIndex } from '../../src/http/api/report.ts'
import { ADMIN, bearer, openApi } from '../support/api.ts'
import { eventually } from '../support/world.ts'

const KEYED = { ...bearer(ADMIN), 'idempotency-key': 'a-key-of-its-own' }
const HOUR = 3_600_000

test('an act has its person, time, reason and key; without a key it is refused', async () => {
  const api = await openApi()
  const until = api.clock.now() + HOUR
  const done = await api.post('accounts/default/agents/7/pause', { until, reason: 'lunch' }, KEYED)
  expect([done.statusCode, done.json()]).toEqual([200, { status: 'done', message: 'done' }])
  expect(api.acts).toEqual([
    {
      kind: 'pause',
      agentId: 7,
      until,
      idempotencyKey: 'a-key-of-its-own',
      who: 'ADMIN_TOKEN',
      at: api.clock.now(),
      reason: 'lunch',
    },
  ])
  const keyless = await api.post('accounts/default/agents/7/pause', {}, bearer(ADMIN))
  expect([keyless.statusCode, keyless.json()]).toMatchObject([400, { error: { code: 'bad_request' } }])
})

test('an act that is refused is answered with 409 and the reason', async () => {
  const api = await openApi()
  const refused = await api.post('accounts/default/agents/7/resume', {}, KEYED)
  expect([refused.statusCode, refused.json()]).toEqual([
    409,
    { error: { code: 'refused', message: 'there is no such agent' } },
  ])
})

test('failures are replayed by id or since a time, and not without either', async () => {
  const api = await openApi()
  await api.post('accounts/default/failures/replay', { ids: [1, 2] }, KEYED)
  await api.post('accounts/default/failures/replay', { since: 5 }, KEYED)
  expect(api.acts).toMatchObject([
    { kind: 'replay', ids: [1, 2] },
    { kind: 'replay all', since: 5 },
  ])
  expect((await api.post('accounts/default/failures/replay', {}, KEYED)).statusCode).toBe(400)
})

test('every error has a code and a message, also one for an unknown address', async () => {
  const api = await openApi()
  for (const path of ['nothing', 'accounts/gone/now', 'accounts/default/chats/5', 'accounts/default/waiting?limit=0']) {
    const response = await api.get(path)
    expect(response.statusCode, `at ${path}`).toBeGreaterThanOrEqual(400)
    expect(response.json(), `at ${path}`).toEqual({ error: { code: expect.any(String), message: expect.any(String) } })
  }
})

test('a report has the shares, the fair shares by weight and hours, and the fairness', async () => {
  const api = await openApi()
  await api.tables.agent(1, 'Ann')
  await api.tables.agent(2, 'Ben')
  await api.tables.agent(3, 'Idle')
  for (const [chat, agent] of [
    [1, 1],
    [2, 2],
    [3, 2],
  ] as const)
    await api.tables.assignment(chat, 1000, { state: 'assigned', agent_id: agent, settled_at: 5000 })
  const { agents, ...rest } = (await api.get('accounts/default/report?from=0&to=9000&targetSeconds=3')).json()
  expect(rest).toMatchObject({ chats: 3, overTarget: 3, wait: { median: 4000 } })
  expect(rest.fairness).toBeCloseTo(0.5)
  expect(
    agents.map((row: { agentName: string; share: number; fairShare: number }) => [
      row.agentName,
      row.share,
      row.fairShare,
    ]),
  ).toEqual([
    ['Ann', 1 / 3, 1 / 6],
    ['Ben', 2 / 3, 2 / 6],
    ['Idle', 0, 3 / 6],
  ])
})

test('Jain’s index is 1 for fair shares and 1/n where one agent has all; agents with small shares weigh little', () => {
  const rows = (...pairs: readonly [number, number][]) => pairs.map(([chats, due]) => ({ chats, due }))
  expect(jainIndex(rows([2, 2], [4, 4]))).toBe(1)
  expect(jainIndex(rows([0, 1], [0, 1], [0, 1], [9, 1]))).toBe(0.25)
  expect(jainIndex(rows([10, 100], [0, 1]))).toBeGreaterThan(0.98)
  expect(jainIndex(rows([0, 1], [5, 0]))).toBeNull()
})

test('staffing counts by the team’s hours, also where a clock is turned', async () => {
  const api = await openApi()
  await api.tables.agent(1, 'Ann')
  // In Kyiv the clocks went back on 25 October 2026: 08:30 UTC was 11:30 local time before, and 10:30 after.
  const [friday, monday] = [Date.UTC(2026, 9, 23, 8, 30), Date.UTC(2026, 9, 26, 8, 30)]
  for (const [chat, at] of [
    [1, friday],
    [2, monday],
  ] as const)
    await api.tables.assignment(chat, at, { state: 'assigned', agent_id: 1, settled_at: at + 300_000 })
  const query = `from=${friday - HOUR}&to=${monday + HOUR}&targetSeconds=60`
  const { zone, cells } = (await api.get(`accounts/default/staffing?${query}`)).json()
  expect([zone, cells.length]).toEqual(['Europe/Kyiv', 168])
  expect(cells.filter(({ chats }: { chats: number }) => chats > 0)).toEqual([
    { weekday: 1, hour: 10, chats: 1, waited: 1, onShift: 1 },
    { weekday: 5, hour: 11, chats: 1, waited: 1, onShift: 1 },
  ])
})

test('a name that a spreadsheet would run is exported as text', async () => {
  const api = await openApi()
  await api.tables.agent(1, '=HYPERLINK("http://evil.example")')
  await api.tables.assignment(1, 1000, { state: 'assigned', agent_id: 1, settled_at: 5000 })
  const { body, headers } = await api.get('accounts/default/report.csv?from=0&to=9000')
  expect(headers['content-disposition']).toContain('report.csv')
  expect(body.split('\r\n')[1]).toMatch(/^"'=HYPERLINK\(""http/)
})

test('a stream sends many close changes as one, and ends when the server closes', async () => {
  const api = await openApi()
  const address = await api.app.listen({ host: '127.0.0.1', port: 0 })
  const response = await openStream(address)
  expect([response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
    'text/event-stream',
    'no-store, no-transform',
  ])
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const next = async () => new TextDecoder().decode((await reader.read()).value)
  expect(await next()).toMatch(/^event: beat/)
  for (let i = 0; i < 100; i += 1) api.change()
  api.clock.advance(0)
  expect((await next()).match(/event: change/g)).toHaveLength(1)
  api.change()
  api.clock.advance(699)
  api.clock.advance(1)
  expect((await next()).match(/event: change/g)).toHaveLength(1)
  await api.app.close()
  expect((await reader.read()).done).toBe(true)
  expect(api.listeners.size).toBe(0)
})

test('between two changes an answer is read from the database once', async () => {
  const api = await openApi()
  const address = await api.app.listen({ host: '127.0.0.1', port: 0 })
  const controller = new AbortController()
  const stream = await openStream(address, controller.signal)
  await stream.body?.getReader().read()
  const waiting = async () => (await api.get('accounts/default/waiting')).json().items.length
  expect(await waiting()).toBe(0)
  await api.tables.chat(1)
  await api.tables.assignment(1, 1000)
  expect(await waiting(), 'before the change is told').toBe(0)
  api.change()
  api.clock.advance(0)
  expect(await waiting()).toBe(1)
  controller.abort()
})

/** On a busy machine the server may answer that it is overloaded. */
function openStream(address: string, signal?: AbortSignal): Promise<Response> {
  const options = signal === undefined ? {} : { signal }
  return eventually(async () => {
    const response = await fetch(`${address}/api/v1/accounts/default/events`, { headers: bearer(ADMIN), ...options })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    return response
  })
}
