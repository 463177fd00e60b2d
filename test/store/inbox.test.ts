import { expect, test } from 'vitest'
import { agentId, chatId, snapshotEvent } from '../support/events.ts'
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
