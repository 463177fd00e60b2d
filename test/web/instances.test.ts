import { expect, test } from 'vitest'
import { openInstances } from '../support/instances.ts'
import { eventually } from '../support/world.ts'
import { logIn, openBrowser, PAGE_ENV, rowWith } from './browser.ts'

test('a standby instance shows changes and takes acts, in the session of the other instance', async () => {
  const world = await openInstances({ env: PAGE_ENV })
  const first = await world.start()
  await world.ready()
  const second = await world.start()
  expect(world.decides(second)).toBe(false)
  const page = await openBrowser()
  await logIn(page, second.url)
  const agents = page.getByRole('table', { name: 'Agents' })
  await rowWith(page, 'Agents', 'Agent 1').waitFor()
  world.account.openChat(null)
  await agents.getByText('1, no limit').waitFor()
  await page.getByRole('button', { name: 'Pause Agent 1' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await rowWith(page, 'Agents', 'Agent 1')
    .getByText(/paused/)
    .waitFor()
  const before = world.assigned().length
  for (let i = 0; i < 4; i += 1) world.account.openChat(null)
  await eventually(() => expect(world.assigned().length).toBe(before + 4))
  const given = world.assigned().slice(before)
  expect(given.filter(({ agentId }) => agentId === 1)).toEqual([])
  // A cookie is for a host with any port.
  await page.goto(first.url)
  await rowWith(page, 'Agents', 'Agent 1')
    .getByText(/paused/)
    .waitFor()
})
