import { expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'
import { logIn, openBrowser, openScreen, PAGE_ENV, rowWith, VIEWER_TOKEN } from './browser.ts'
import { TEAM } from './team.ts'

const open = (env: Record<string, string> = {}) =>
  openWorld({ agents: TEAM, departments: [{ id: 10, name: 'Sales', agentIds: [1, 2] }], env: { ...PAGE_ENV, ...env } })

test('a chat that waits appears within two seconds with its reason, and goes when it has an agent', async () => {
  const world = await open({ AGENT_CAPACITY: '1' })
  await world.start()
  const page = await openBrowser()
  await logIn(page, world.url)
  await page.getByText('No chat waits').waitFor()
  const first = [world.account.openChat(10), world.account.openChat(10)]
  await eventually(() => expect(world.assigned()).toHaveLength(2))
  const waiting = world.account.openChat(10)
  const row = rowWith(page, 'Waiting', String(waiting.id))
  await row.getByText('at capacity (1/1)').waitFor({ timeout: 2500 })
  await row.getByText('Sales').waitFor()
  if (first[0] !== undefined) world.account.close(first[0])
  await row.waitFor({ state: 'detached' })
  await page.getByText('No chat waits').waitFor()
})

test('a cell changes in place: the row stays the same element', async () => {
  const world = await open()
  await world.start()
  const page = await openBrowser()
  await logIn(page, world.url)
  const ann = rowWith(page, 'Agents', 'Ann')
  await ann.getByText('0, no limit').waitFor()
  await ann.evaluate((row: unknown) => {
    ;(row as { dataset: Record<string, string> }).dataset.marked = 'yes'
  })
  for (let i = 0; i < 3; i += 1) world.account.openChat(10)
  await page
    .locator('tr[data-marked]')
    .getByText(/[12], no limit/)
    .waitFor()
  expect(await page.locator('tr[data-marked]').count()).toBe(1)
})

test('the page shows since when the connection is lost, and goes on by itself when the service is back', async () => {
  const world = await open()
  await world.start()
  const page = await openBrowser()
  await logIn(page, world.url)
  await rowWith(page, 'Agents', 'Ann').waitFor()
  await world.kill()
  await page.getByText('No connection since').waitFor()
  expect(await rowWith(page, 'Agents', 'Ann').isVisible(), 'the figures stay').toBe(true)
  await world.start()
  await page.getByText('No connection since').waitFor({ state: 'hidden' })
  const chat = world.account.openChat(10)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  await page.getByRole('table', { name: 'Agents' }).getByText('1, no limit').waitFor()
})

test('a session that is over leads to the login, and the token is in no address', async () => {
  const world = await open()
  await world.start()
  const page = await openBrowser()
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  await logIn(page, world.url)
  await openScreen(page, 'Failures')
  await page.context().clearCookies()
  await openScreen(page, 'Rules').catch(() => undefined)
  await page.locator('input[name=token]').waitFor()
  await logIn(page, `${world.url}/#/default/rules`)
  await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor()
  expect(addresses.filter((address) => address.includes('token'))).toEqual([])
})

test('a hidden page has no connection, and is up to date again when it is shown', async () => {
  const world = await open()
  await world.start()
  const page = await openBrowser()
  await logIn(page, world.url)
  await rowWith(page, 'Agents', 'Ann').waitFor()
  const hide = (isHidden: boolean) =>
    page.evaluate(`
      Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))`)
  const asked: string[] = []
  await hide(true)
  page.on('request', (request) => asked.push(request.url()))
  const chat = world.account.openChat(10)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  await world.sender.settled()
  expect(asked).toEqual([])
  await hide(false)
  await page.getByRole('table', { name: 'Agents' }).getByText('1, no limit').waitFor()
})

test('a viewer sees no button that acts', async () => {
  const world = await open()
  await world.start()
  const page = await openBrowser()
  await logIn(page, world.url, VIEWER_TOKEN)
  await rowWith(page, 'Agents', 'Ann').waitFor()
  expect(await page.getByRole('button', { name: /Pause/ }).count()).toBe(0)
  await openScreen(page, 'Failures')
  expect(await page.getByRole('button', { name: /Try/ }).count()).toBe(0)
})

test('without ADMIN_TOKEN the page says what to set', async () => {
  const world = await openWorld({ agents: TEAM })
  await world.start()
  const page = await openBrowser()
  await page.goto(world.url)
  await page.getByText('Set ADMIN_TOKEN').waitFor()
  expect(await page.locator('input[name=token]').count()).toBe(0)
})
