import { expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'

test('a dry run sends no PUT, and logs its agent and whether HelpCrunch chose the same one', async () => {
  const world = await openWorld({ env: { DRY_RUN: 'true' } })
  await world.start()
  const chats = [world.account.openChat(null), world.account.openChat(null)]
  const rehearsed = () => world.log.filter(({ outcome }) => outcome === 'rehearsed')
  const compared = () => world.log.filter(({ msg }) => msg.startsWith('assigned in fact'))
  await eventually(() => expect(rehearsed()).toHaveLength(2))
  const [first, second] = chats
  const ours = new Map(rehearsed().map(({ chatId, agentId }) => [chatId, agentId ?? 0]))
  if (first !== undefined) world.account.assign(first, ours.get(first.id) ?? 0)
  await eventually(() => expect(compared()).toHaveLength(1))
  if (second !== undefined) world.account.assign(second, (ours.get(second.id) ?? 0) === 3 ? 1 : 3)
  await eventually(() => expect(compared()).toHaveLength(2))
  expect(compared()).toMatchObject([
    { chatId: first?.id, isSame: true, same: 1, compared: 1 },
    { chatId: second?.id, isSame: false, same: 1, compared: 2, wouldHaveBeen: ours.get(second?.id) },
  ])
  expect(world.standIn.puts()).toEqual([])
})

test('with EXPLAIN_IN_CHAT each chat gets its reason as a private note', async () => {
  const world = await openWorld({ env: { EXPLAIN_IN_CHAT: 'true' } })
  await world.start()
  const chat = world.account.openChat(null)
  await eventually(() => expect(world.standIn.notes).toHaveLength(1))
  expect(world.standIn.notes).toEqual([
    { chatId: chat.id, text: 'Agent 1 (1): lowest id of 3 equals', type: 'private', agentId: 1 },
  ])
})
