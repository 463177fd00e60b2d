import { expect, test } from 'vitest'
import { agentId, chatId, customerMessage, departmentId, facts, snapshotEvent } from '../support/events.ts'
import { connect } from '../support/postgres.ts'
import { chooseAnn, NOTHING, openTwoStores, ROSTER } from '../support/two-stores.ts'

/** More than twice as many as are applied at once: at the decision, and again before its PUT leaves. */
const MANY = 1600

test('no chat is decided on a part of the inbox: its last event may say that a person took the chat', async () => {
  const { ofA, ofB, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
  await ofA.drain()
  const closed = Array.from({ length: MANY }, (_, index) =>
    snapshotEvent('chat.closed', index + 2, clock.now(), { status: 'closed' }),
  )
  await Promise.all(closed.map((event) => ofB.receive(event)))
  await ofB.receive(snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(7) }))
  expect(await ofA.takeStep(NOTHING, chooseAnn)).toBeNull()
  expect(await ofA.explain(chatId(1))).toMatchObject({ chat: { assigneeId: 7 }, assignments: [{ decisions: [] }] })
  expect(await ofA.countOpen()).toEqual({ waiting: 0, decided: 0 })
})

test('all of a long inbox is applied, also where one task does not suffice', async () => {
  const { ofA, ofB, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  for (let first = 1; first < 2600; first += 650) {
    const chats = Array.from({ length: 650 }, (_, index) => snapshotEvent('chat.new', first + index, clock.now()))
    await Promise.all(chats.map((event) => ofB.receive(event)))
  }
  await ofA.drain()
  expect(await ofA.countOpen()).toEqual({ waiting: 2600, decided: 0 })
})

test('no PUT leaves for an agent whose pause was acknowledged while the decision was written', async () => {
  const { ofA, ofB, url, id, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
  await ofA.drain()
  const blocker = await connect(url)
  await blocker.query('begin')
  await blocker.query('select from account where id = $1 for update', [id])
  const step = ofA.takeStep(NOTHING, chooseAnn)
  await ofB.pauseAgent(agentId(1), Number.MAX_SAFE_INTEGER)
  await blocker.query('rollback')
  expect(await step).toBeNull()
  expect(await ofA.countOpen()).toEqual({ waiting: 1, decided: 0 })
})

test('what this version cannot apply stays in the inbox for one that can, and delays nothing else', async () => {
  const { ofA, ofB, url, id, clock } = await openTwoStores()
  const database = await connect(url)
  await ofA.saveRoster(ROSTER, clock.now())
  await database.query(
    `insert into inbox (account_id, chat_id, data) values (${id}, 5, '{"event": {}, "receivedAt": 0}')`,
  )
  await ofB.receive(snapshotEvent('chat.new', 1, clock.now()))
  await ofA.drain()
  expect(await ofA.takeStep(NOTHING, chooseAnn)).toMatchObject({ kind: 'put', chatId: 1 })
  expect((await database.query('select chat_id::int from inbox')).rows).toEqual([{ chat_id: 5 }])
})

test('no PUT leaves for a chat that was moved to another department while the decision was written', async () => {
  const { ofA, ofB, url, id, clock } = await openTwoStores()
  const agents = [1, 2].map((each) => ({ id: agentId(each), name: `Agent ${each}` }))
  const departments = [{ id: departmentId(10), name: 'Sales', agentIds: [agentId(2)] }]
  await ofA.saveRoster({ agents, departments }, clock.now())
  await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
  await ofA.drain()
  const blocker = await connect(url)
  await blocker.query('begin')
  await blocker.query('select from account where id = $1 for update', [id])
  const step = ofA.takeStep(NOTHING, chooseAnn)
  const moved = { departmentId: departmentId(10), assigneeId: null }
  await ofB.receive(snapshotEvent('chat.status_updated', 1, clock.now() + 1000, moved))
  await blocker.query('rollback')
  expect(await step).toBeNull()
  expect(await ofA.countOpen()).toEqual({ waiting: 1, decided: 0 })
})

test('what another instance has acknowledged is applied before a search, which then opens nothing twice', async () => {
  const { ofA, ofB, clock } = await openTwoStores()
  await ofB.receive(snapshotEvent('chat.new', 1, clock.now()))
  const snapshot = { status: 'new', departmentId: null, assigneeId: null }
  const found = [{ id: chatId(1), snapshot, facts: facts(), lastCustomerMessageAt: clock.now() }]
  expect(await ofA.reconcile(found, clock.now() + 5000, 0)).toEqual({ opened: 0, corrected: 0, leftAlone: 0 })
  expect(await ofA.countOpen()).toEqual({ waiting: 1, decided: 0 })
})

test('a chat’s state in memory outweighs its row in the database while a commit is under way', async () => {
  const { ofA, ofB, url, id, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  await ofA.receive(snapshotEvent('chat.new', 1, clock.now()))
  await ofA.drain()
  const blocker = await connect(url)
  await blocker.query('begin')
  await blocker.query('select from account where id = $1 for update', [id])
  await ofB.receive(snapshotEvent('chat.assigned', 1, clock.now() + 1000, { assigneeId: agentId(9) }))
  const first = ofA.drain()
  await ofB.receive(customerMessage(1, clock.now() + 2000))
  const second = ofA.drain()
  // Tasks run one after the other: both are applied by now.
  await ofA.nextDueAt(clock.now())
  await blocker.query('rollback')
  await Promise.all([first, second])
  expect(await ofA.explain(chatId(1))).toMatchObject({ chat: { assigneeId: 9 } })
  expect(await ofA.countOpen()).toEqual({ waiting: 0, decided: 0 })
})
