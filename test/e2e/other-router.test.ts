import { expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'

test('the log and /readyz say where HelpCrunch’s own round robin is still on, and what to switch off', async () => {
  const world = await openWorld({
    departments: [{ id: 10, name: 'Sales', agentIds: [1, 2, 3] }],
    env: { VIEWER_TOKEN: 'viewer-token-0123456789' },
  })
  const { account } = world
  await world.start()
  for (let i = 0; i < 6; i += 1) {
    const chat = account.openChat(10)
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    account.assign(chat, (chat.assigneeId ?? 0) === 3 ? 1 : 3)
  }
  const line = await eventually(() => {
    const found = world.log.find(({ msg }) => msg.startsWith('another router assigns new chats'))
    if (found === undefined) throw new Error('not noticed yet')
    return found
  })
  expect(line.msg).toContain('department Sales (10)')
  expect(line.msg).toContain('manual')
  const headers = { authorization: 'Bearer viewer-token-0123456789' }
  expect(await (await fetch(`${world.url}/readyz`, { headers })).text()).toContain('department Sales (10)')
  const ready = await world.getOperations('/readyz')
  expect(ready.status).toBe(200)
  expect(await ready.text()).toContain('department Sales (10)')
  expect(await (await world.get('/readyz')).text(), 'without a token no names').not.toContain('Sales')
})

test('people who take a chat now and then are no round robin', async () => {
  const world = await openWorld()
  const { account } = world
  await world.start()
  for (let i = 0; i < 9; i += 1) {
    const chat = account.openChat(null)
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    if (i % 3 === 0) account.assign(chat, chat.assigneeId === 3 ? 1 : 3)
  }
  await world.sender.settled()
  expect(await (await world.getOperations('/readyz')).text()).toContain('none seen')
})
