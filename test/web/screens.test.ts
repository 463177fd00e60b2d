import { AxeBuilder } from '@axe-core/playwright'
import { describe, expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'
import { writeRoutingFile } from './team.ts'
import { logIn, openBrowser, PAGE_ENV } from './browser.ts'

const SCREENS = [
  'now',
  'chat',
  'chat/1001',
  'unanswered?minutes=0',
  'report',
  'staffing',
  'rules',
  'failures',
  'actions',
]
/** axe checks every element, which takes long on a busy machine. */
const AXE_TIMEOUT_MS = 400_000
const PLOTTED = new Set(['report', 'staffing'])

/** A team at work: some chats are answered, some wait, one failed. */
async function openBusyWorld() {
  const world = await openWorld({
    departments: [{ id: 10, name: 'Sales', agentIds: [1, 2] }],
    env: { ...PAGE_ENV, MAX_ATTEMPTS: '1', ROUTING_FILE: await writeRoutingFile('capacity: 2') },
  })
  await world.start()
  for (let i = 0; i < 6; i += 1) world.account.openChat(10)
  await eventually(() => expect(world.assigned()).toHaveLength(4))
  return world
}

describe.for([
  { name: 'wide', options: {} },
  { name: 'wide and dark', options: { colorScheme: 'dark' } },
  { name: '360 px', options: { viewport: { width: 360, height: 740 } } },
  {
    name: '360 px, dark, in Ukrainian',
    options: { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'uk-UA' },
  },
] as const)('$name', ({ options }) => {
  test(
    'no screen has a violation that axe finds, and none is wider than the window',
    async () => {
      const world = await openBusyWorld()
      const page = await openBrowser(options)
      const { width } = page.viewportSize() ?? { width: 0 }
      const check = async (what: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          `at ${what}`,
        ).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth'), `at ${what}`).toBeLessThanOrEqual(width)
      }
      await page.goto(world.url)
      await page.locator('input[name=token]').waitFor()
      await check('login')
      await logIn(page, world.url)
      for (const screen of SCREENS) {
        await page.goto(`${world.url}/#/default/${screen}`)
        await page.locator('main h1').waitFor()
        await page.locator('.skeleton').first().waitFor({ state: 'detached' })
        if (PLOTTED.has(screen)) await page.locator('canvas, .empty').first().waitFor()
        await check(screen)
      }
      await page.goto(`${world.url}/#/default/now`)
      await page.getByRole('table').nth(1).getByRole('button').first().click()
      await page.getByRole('dialog').waitFor()
      await check('dialog')
    },
    AXE_TIMEOUT_MS,
  )
})
