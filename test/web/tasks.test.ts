import { writeFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { failing, onAssign } from '../../demo/moods.ts'
import { eventually, openWorld, type World } from '../support/world.ts'
import { logIn, openBrowser, PAGE_ENV, rowWith } from './browser.ts'
import { TEAM, writeRoutingFile } from './team.ts'

const MOST_CLICKS = 3

/** A support lead at the screen "Now", who counts clicks. */
async function openLead(world: World) {
  const page = await openBrowser()
  await logIn(page, world.url)
  await rowWith(page, 'Agents', 'Ann').waitFor()
  let clicks = 0
  return {
    page,
    async click(target: Locator): Promise<void> {
      clicks += 1
      expect(clicks, 'clicks').toBeLessThanOrEqual(MOST_CLICKS)
      await target.click()
    },
    menu: (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }),
  }
}

async function openTeam(env: Record<string, string> = {}): Promise<World> {
  const world = await openWorld({
    agents: TEAM,
    departments: [{ id: 10, name: 'Sales', agentIds: [1, 2] }],
    env: { ...PAGE_ENV, AGENT_CAPACITY: '1', ...env },
  })
  await world.start()
  return world
}

/** Ann and Ben have one chat each, and the third one of Sales waits. */
async function fillSales(world: World): Promise<number> {
  world.account.openChat(10)
  world.account.openChat(10)
  await eventually(() => expect(world.assigned()).toHaveLength(2))
  return world.account.openChat(10).id
}

test('1 and 2: waiting chats, since when and why, and the load of each agent are seen without a click', async () => {
  const world = await openTeam()
  const { page } = await openLead(world)
  const waiting = await fillSales(world)
  const row = rowWith(page, 'Waiting', String(waiting))
  await row.getByText('at capacity (1/1)').waitFor()
  expect(await row.locator('time').first().getAttribute('title')).toMatch(/\d:\d\d:\d\d/)
  await rowWith(page, 'Agents', 'Ann').getByText('1 of 1').waitFor()
  await rowWith(page, 'Agents', 'Chloe').getByText('0 of 1').waitFor()
  await page.getByRole('link', { name: '1 / 3' }).waitFor()
})

test('3: Ann is paused for today by keyboard, gets no chat, and the pause is in the log of actions', async () => {
  const world = await openTeam({ AGENT_CAPACITY: '5' })
  const { page, click, menu } = await openLead(world)
  await page.getByRole('button', { name: 'Pause Ann' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Pause Ann' })
  await dialog.getByRole('radio', { name: '1 hour' }).focus()
  await page.keyboard.press('ArrowDown')
  // Past the question whether her chats shall go to others, too.
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('ill')
  await page.keyboard.press('Enter')
  await rowWith(page, 'Agents', 'Ann')
    .getByText(/paused until/)
    .waitFor()
  await page.getByText(/Done: paused until/).waitFor()
  for (let i = 0; i < 4; i += 1) world.account.openChat(10)
  await eventually(() => expect(world.assigned()).toHaveLength(4))
  expect(world.assigned().map(([, agentId]) => agentId)).toEqual([2, 2, 2, 2])
  await click(menu('Actions'))
  const row = rowWith(page, 'Actions', 'Ann')
  for (const text of ['Olena (ADMIN_TOKEN)', 'ill', 'paused until']) await row.getByText(text).first().waitFor()
  await click(menu('Now'))
  await page.getByRole('button', { name: 'Resume Ann' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
  await rowWith(page, 'Agents', 'Ann').getByText('available').waitFor()
  world.account.openChat(10)
  await eventually(() => expect(world.assigned().at(-1)?.[1]).toBe(1))
})

test('5 and 6: why a chat went to its agent, and why another waits, is one search or one click away', async () => {
  const world = await openTeam()
  const { page, click, menu } = await openLead(world)
  const waiting = await fillSales(world)
  await click(rowWith(page, 'Waiting', String(waiting)).getByRole('link', { name: `Why ${waiting}` }))
  await page.getByText('No agent has it.').waitFor()
  await click(menu('Chat'))
  await page.getByRole('textbox', { name: 'Chat id' }).fill('1001')
  await page.keyboard.press('Enter')
  await page.getByText('Ann (1) has it, assigned by this service.').waitFor()
  const chosen = page.getByRole('row').filter({ hasText: 'chosen' })
  await chosen.getByText('Ann').waitFor()
  await page.getByRole('row').filter({ hasText: 'Chloe' }).first().getByText('not in department 10').waitFor()
  expect(await page.getByRole('link', { name: 'Open chat 1001 in HelpCrunch' }).getAttribute('href')).toBe(
    'https://acme.helpcrunch.com/inbox/chats/1001',
  )
})

test('7, 8 and 9: the week’s chats and waits per agent, their fairness, and the hours that lack people', async () => {
  const shift =
    '  day: { zone: Europe/Kyiv, hours: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00" }] }'
  const file = await writeRoutingFile(
    ['shifts:', shift, 'shift: day', 'agents:', '  3: { leave: [{ from: 2020-01-01, to: 2099-12-31 }] }'].join('\n'),
  )
  const world = await openTeam({ AGENT_CAPACITY: '5', ROUTING_FILE: file })
  for (let i = 0; i < 4; i += 1) world.account.openChat(10)
  await eventually(() => expect(world.log.filter(({ state }) => state === 'assigned')).toHaveLength(4))
  const { page, click, menu } = await openLead(world)
  await click(menu('Report'))
  const ann = rowWith(page, 'Report', 'Ann').getByRole('cell')
  await expect
    .poll(() => ann.allInnerTexts())
    .toEqual([
      '2',
      '50%',
      expect.stringMatching(/^(50|49)%$/),
      expect.any(String),
      expect.stringMatching(/^[0-9]+ s$/),
      expect.stringMatching(/^[0-9]+ s$/),
      '–',
      '–',
      '0',
    ])
  await page.getByText(/Jain’s index (1.00|0.9)/).waitFor()
  await page.locator('canvas').waitFor()
  await click(menu('Staffing'))
  await page.getByText('In every hour with chats there were people on shift, and few waited.').waitFor()
  await page.locator('canvas').waitFor()
})

test('10: chats without an answer are listed by how long, with their agent', async () => {
  const world = await openTeam()
  const chat = world.account.openChat(10)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  world.account.customerWrites(chat)
  await world.sender.settled()
  const { page, click, menu } = await openLead(world)
  await click(menu('Unanswered'))
  await page.getByText('No chat is unanswered for so long.').waitFor()
  await page.getByRole('spinbutton').fill('0')
  await page.keyboard.press('Enter')
  await rowWith(page, 'Unanswered', String(chat.id)).getByText('Ann').waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    click(page.getByRole('link', { name: 'Export as CSV' })),
  ])
  expect(download.suggestedFilename()).toBe('unanswered.csv')
  world.account.agentWrites(chat, 1)
  await page.getByText('No chat is unanswered for so long.').waitFor()
})

test('11: everything that failed last night is tried again, and HelpCrunch sees it', async () => {
  const world = await openTeam({ MAX_ATTEMPTS: '1', AGENT_CAPACITY: '5' })
  world.standIn.setTemper(onAssign(failing(500)))
  const chats = [world.account.openChat(10), world.account.openChat(10)]
  await eventually(() => expect(world.log.filter(({ state }) => state === 'dead')).toHaveLength(2))
  world.standIn.setTemper(() => null)
  const { page, click } = await openLead(world)
  await click(page.getByRole('link', { name: '2', exact: true }))
  await rowWith(page, 'Failures', String(chats[0]?.id)).getByText('HTTP 500').waitFor()
  await click(page.getByRole('button', { name: 'Try all of these again' }))
  await click(page.getByRole('dialog').getByRole('button', { name: 'Try again' }))
  await eventually(() => expect(chats.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
  await page.getByText('Nothing failed.').waitFor()
})

test('12: the log shows who changed the rules, when, and what', async () => {
  const file = await writeRoutingFile('# changed by: Ben\ncapacity: 1\n')
  const world = await openTeam({ ROUTING_FILE: file })
  const { page, click, menu } = await openLead(world)
  await writeFile(file, '# changed by: Olena\ncapacity: 4\n')
  await eventually(() => expect(world.log.some(({ msg }) => msg === 'routing file read, and in force')).toBe(true))
  await click(menu('Rules'))
  await page.getByText('An agent has at most 4 chats at once.').waitFor()
  await page.getByText('Changed by: Olena', { exact: true }).waitFor()
  await page.getByText('+ capacity: 4').waitFor()
  await page.getByText('- capacity: 1').waitFor()
  await page.getByRole('textbox').fill('capacity: many')
  await click(page.getByRole('button', { name: 'Check' }))
  await page.getByText(/line 1, capacity: must be number/).waitFor()
})

test('13: the page shows whether HelpCrunch is reachable, the used budget, and other routers at work', async () => {
  const world = await openTeam()
  const { page } = await openLead(world)
  const figure = (page_: Page, name: string) => page_.locator('dl.figures div').filter({ hasText: name }).locator('dd')
  expect(await figure(page, 'HelpCrunch').innerText()).toBe('reachable')
  expect(await figure(page, 'Requests').innerText()).toMatch(/^\d+ of 1000000$/)
  expect(await figure(page, 'Other router').innerText()).toBe('none seen')
  world.standIn.setTemper(() => ({ kind: 'answer', status: 429, body: '{}', headers: { 'retry-after': '30' } }))
  world.account.openChat(10)
  await figure(page, 'HelpCrunch')
    .getByText(/429|break/)
    .waitFor()
})
