import { expect, test } from 'vitest'
import { agentId, chatId, snapshotEvent } from '../support/events.ts'
import { connect } from '../support/postgres.ts'
import { chooseAnn, NOTHING, openTwoStores, ROSTER } from '../support/two-stores.ts'

/** More than are applied at once, twice: at the decision, and once more before its PUT leaves. */
const MANY = 1600

test('no chat is decided on a part of the inbox: what another instance received last may say that a person took it', async () => {
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

test('all of a long inbox is applied, also more at once than one task has numbers for', async () => {
  const { ofA, ofB, clock } = await openTwoStores()
  await ofA.saveRoster(ROSTER, clock.now())
  const chats = Array.from({ length: 3 * MANY }, (_, index) => snapshotEvent('chat.new', index + 1, clock.now()))
  await Promise.all(chats.map((event) => ofB.receive(event)))
  await ofA.drain()
  expect(await ofA.countOpen()).toEqual({ waiting: 3 * MANY, decided: 0 })
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
