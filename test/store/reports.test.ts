import { describe, expect, test } from 'vitest'
import { openReportTables, type Tabled } from '../support/report-tables.ts'

const T = 1_800_000_000_000
const SECOND = 1000
const ALL = { limit: 50 }

describe.for(['SQLite', 'PostgreSQL'] as const)('reports on %s', (kind) => {
  const open = () => openReportTables(kind)

  test('waiting chats come oldest first, page by page, with departments, and from one account only', async () => {
    const tables = await open()
    await tables.department(10, 'Sales', [])
    for (const [chat, waitedFor] of [
      [1, 30],
      [2, 50],
      [3, 40],
    ] as const) {
      await tables.chat(chat, { department_id: chat === 3 ? null : 10, labels: chat === 2 ? '["vip"]' : '[]' })
      await tables.assignment(chat, T - waitedFor * SECOND, { summary: `reason of ${chat}` })
    }
    await tables.chat(4, { account_id: 2 })
    await tables.assignment(4, T - 99 * SECOND, { account_id: 2 })
    const first = await tables.reports.waiting({ limit: 2, now: T })
    expect(first.items.map(({ chatId, departmentName, labels }) => [chatId, departmentName, labels])).toEqual([
      [2, 'Sales', ['vip']],
      [3, null, []],
    ])
    const second = await tables.reports.waiting({ limit: 2, now: T, after: first.next ?? '' })
    expect([second.items.map(({ chatId }) => chatId), second.next]).toEqual([[1], null])
    const ofSales = await tables.reports.waiting({ ...ALL, now: T, departmentId: 10 })
    expect(ofSales.items.map(({ chatId }) => chatId)).toEqual([2, 1])
    const labelled = await tables.reports.waiting({ ...ALL, now: T, label: 'vip' })
    expect(labelled.items.map(({ chatId }) => chatId)).toEqual([2])
  })

  test('a waiting chat without a decision of its own has the reason of its pool, marked as shared', async () => {
    const tables = await open()
    for (const [chat, summary] of [
      [1, 'all are full'],
      [2, null],
    ] as const) {
      await tables.chat(chat)
      await tables.assignment(chat, T + chat, { summary, pool: 'department 10' })
    }
    await tables.chat(3)
    await tables.assignment(3, T + 3, { pool: 'department 20' })
    const { items } = await tables.reports.waiting({ ...ALL, now: T })
    expect(items.map(({ reason, isReasonShared }) => [reason, isReasonShared])).toEqual([
      ['all are full', false],
      ['all are full', true],
      [null, false],
    ])
  })

  test('an agent is shown with departments, load, today’s chats and the longest unanswered customer', async () => {
    const tables = await open()
    await tables.agent(1, 'Ann', { load: 250 })
    await tables.agent(2, 'Ben')
    await tables.agent(3, 'Gone', { is_listed: 0 })
    await tables.department(10, 'Sales', [1])
    await tables.chat(1, { assignee_id: 1, last_customer_message_at: T - 20 * SECOND })
    await tables.chat(2, { assignee_id: 1, last_customer_message_at: T - 60 * SECOND, last_agent_message_at: T })
    await tables.chat(3, { assignee_id: 1, last_customer_message_at: T - 90 * SECOND, status: 'closed' })
    await tables.assignment(1, T, { state: 'assigned', agent_id: 1, settled_at: T })
    await tables.assignment(2, T, { state: 'assigned', agent_id: 1, settled_at: T - 3600 * SECOND })
    const { items } = await tables.reports.agents({ ...ALL, since: T - 60 * SECOND })
    expect(items.map(({ agentName }) => agentName)).toEqual(['Ann', 'Ben'])
    expect(items[0]).toMatchObject({
      departments: [{ id: 10, name: 'Sales' }],
      load: 2.5,
      givenToday: 1,
      unansweredSince: T - 20 * SECOND,
    })
    const found = await tables.reports.agents({ ...ALL, since: T, search: 'AN' })
    expect(found.items.map(({ agentName }) => agentName)).toEqual(['Ann'])
    expect((await tables.reports.agents({ ...ALL, since: T, search: '%' })).items).toEqual([])
    await tables.agent(4, 'Éva Іваненко')
    for (const search of ['éva', 'ІВАН'])
      expect((await tables.reports.agents({ ...ALL, since: T, search })).items).toMatchObject([{ agentId: 4 }])
  })

  test('unanswered chats have an agent and a customer who wrote last; the longest wait comes first', async () => {
    const tables = await open()
    await tables.agent(1, 'Ann')
    await tables.chat(1, { assignee_id: 1, last_customer_message_at: T - 400 * SECOND, is_ours: 1, missed_by: '[2]' })
    await tables.chat(2, { assignee_id: 1, last_customer_message_at: T - 500 * SECOND })
    await tables.chat(3, { assignee_id: 1, last_customer_message_at: T - 10 * SECOND })
    await tables.chat(4, { last_customer_message_at: T - 900 * SECOND })
    const { items } = await tables.reports.unanswered({ ...ALL, before: T - 300 * SECOND })
    expect(
      items.map(({ chatId, agentName, isAssignedByUs, missedBy }) => [chatId, agentName, isAssignedByUs, missedBy]),
    ).toEqual([
      [2, 'Ann', false, []],
      [1, 'Ann', true, [2]],
    ])
  })

  test('failures come the latest first, with the cause of the last attempt, filtered by time and state', async () => {
    const tables = await open()
    const history = JSON.stringify([
      { at: T, agentId: 1, reason: 'HTTP 500' },
      { at: T, agentId: 1, reason: 'HTTP 503' },
    ])
    await tables.agent(1, 'Ann')
    for (const [chat, state] of [
      [1, 'dead'],
      [2, 'refused'],
      [3, 'assigned'],
    ] as const) {
      await tables.chat(chat)
      await tables.assignment(chat, T, { state, settled_at: T + chat * SECOND, history, agent_id: 1 })
    }
    const { items } = await tables.reports.failures(ALL)
    expect(
      items.map(({ chatId, state, cause, attempts, agentName }) => [chatId, state, cause, attempts, agentName]),
    ).toEqual([
      [2, 'refused', 'HTTP 503', 2, 'Ann'],
      [1, 'dead', 'HTTP 503', 2, 'Ann'],
    ])
    expect((await tables.reports.failures({ ...ALL, since: T + 2 * SECOND })).items).toHaveLength(1)
    expect((await tables.reports.failures({ ...ALL, state: 'dead' })).items).toHaveLength(1)
    expect((await tables.reports.failures({ limit: 1 })).next).not.toBeNull()
  })

  test('totals have medians and percentiles of waits and of first answers by nearest rank', async () => {
    const tables = await open()
    await tables.agent(1, 'Ann')
    await tables.agent(2, 'Ben')
    await fillWeek(tables)
    const range = { from: T, to: T + 1000 * SECOND, targetMs: 5 * SECOND }
    const [ann, ben] = await tables.reports.totals({ ...range, isPerAgent: true })
    expect(ann).toEqual({
      agentId: 1,
      agentName: 'Ann',
      chats: 10,
      overTarget: 5,
      wait: { average: 5500, median: 5000, p90: 9000 },
      firstAnswer: { average: 20_000, median: 20_000, p90: 20_000 },
    })
    expect(ben).toMatchObject({ chats: 1, firstAnswer: { average: null, median: null, p90: null } })
    const [all] = await tables.reports.totals({ ...range, isPerAgent: false })
    expect(all).toMatchObject({ chats: 11, wait: { p90: 10_000 } })
    await tables.chat(3, { department_id: 10 })
    const ofDepartment = await tables.reports.totals({ ...range, departmentId: 10, isPerAgent: false })
    expect(ofDepartment[0]).toMatchObject({ chats: 1 })
  })

  test('chats, and those that waited too long, are counted by the quarter of an hour of their arrival', async () => {
    const tables = await open()
    const quarter = Math.floor(T / 900_000) * 900_000
    await tables.assignment(1, quarter, { state: 'assigned', agent_id: 1, settled_at: quarter + SECOND })
    await tables.assignment(2, quarter + 899_999, { state: 'assigned', agent_id: 1, settled_at: quarter + 999_999 })
    await tables.assignment(3, quarter + 900_000)
    const arrivals = await tables.reports.arrivals({ from: quarter, to: quarter + 3_600_000, targetMs: 60 * SECOND })
    expect(arrivals).toEqual([
      { at: quarter, chats: 2, waited: 1 },
      { at: quarter + 900_000, chats: 1, waited: 1 },
    ])
  })

  test('an act is noted once per key, and listed with what came of it', async () => {
    const tables = await open()
    await tables.agent(1, 'Ann')
    const act = {
      at: T,
      actor: 'Olena',
      kind: 'pause',
      agentId: 1,
      chatId: null,
      reason: 'lunch',
      idempotencyKey: 'key',
      data: { until: T + 5 },
    }
    expect(await tables.actLog.begin(act)).toEqual({ isNew: true, data: { until: T + 5 }, result: null })
    await tables.actLog.finish('key', { status: 'done', message: 'paused' })
    expect(await tables.actLog.begin({ ...act, data: { until: 1 } })).toEqual({
      isNew: false,
      data: { until: T + 5 },
      result: { status: 'done', message: 'paused' },
    })
    expect((await tables.reports.acts(ALL)).items).toMatchObject([
      { at: T, actor: 'Olena', kind: 'pause', agentName: 'Ann', reason: 'lunch', until: T + 5, outcome: 'paused' },
    ])
  })

  test('rules are noted when they differ from the last ones', async () => {
    const tables = await open()
    for (const version of ['a', 'a', 'b', 'a'])
      await tables.actLog.noteVersion({ version, seenAt: T, author: null, source: version })
    const { items } = await tables.reports.versions(ALL)
    expect(items.map(({ version }) => version)).toEqual(['a', 'b', 'a'])
  })
})

/** Ann's ten chats waited one to ten seconds, and were answered after 20; Ben's one had no answer. */
async function fillWeek(tables: Tabled): Promise<void> {
  for (let chat = 1; chat <= 10; chat += 1) {
    const at = T + chat * SECOND
    await tables.assignment(chat, T, { state: 'assigned', agent_id: 1, settled_at: at })
    await tables.event('message.chat.agent', chat, at + 20 * SECOND)
    await tables.event('message.chat.agent', chat, at + 30 * SECOND)
    await tables.event('message.chat.agent', chat, at - 60 * SECOND)
  }
  await tables.assignment(11, T, { state: 'assigned', agent_id: 2, settled_at: T + 10 * SECOND })
}
