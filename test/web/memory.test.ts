import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { ADMIN, openApi } from '../support/api.ts'
import { logIn, openBrowser, rowWith } from './browser.ts'

const AGENTS = 50
const WARM_UP = 200
const CHANGES = 1000
/** How often a page reads again at the most: once a second, and a tenth of a second later after a commit. */
const CHANGES_A_DAY = 86_400
const MOST_GROWTH_A_DAY_MB = 20

test('a page that is open all day needs no more memory in the evening', async () => {
  const api = await openApi()
  const { db } = api.tables
  const agent = { is_listed: 1, is_set_aside: 0, turn: 0, recent_at: '[]', missed_in_row: 0 }
  for (let id = 1; id <= AGENTS; id += 1)
    await db
      .insertInto('agent')
      .values({ account_id: 1, credit: 0, id, name: `Agent ${id}`, load: 0, ...agent } as never)
      .execute()
  const page = await openBrowser()
  await logIn(page, await api.app.listen({ host: '127.0.0.1', port: 0 }), ADMIN)
  await rowWith(page, 'Agents', 'Agent 50').waitFor()

  let load = 0
  async function change(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      load = (load % 4) + 1
      await db.updateTable('agent').set({ load }).execute()
      const read = page.waitForResponse((response) => response.url().includes('/agents?'))
      api.change()
      api.clock.advance(1000)
      await read
    }
    await rowWith(page, 'Agents', 'Agent 50').getByText(`${load} of 5`).waitFor()
  }
  await change(WARM_UP)
  const before = await measure(page)
  await change(CHANGES)
  const after = await measure(page)
  const growthADayMb = ((after.heapBytes - before.heapBytes) / CHANGES / 1_000_000) * CHANGES_A_DAY
  expect(growthADayMb).toBeLessThan(MOST_GROWTH_A_DAY_MB)
  expect(after.nodes).toBeLessThan(before.nodes * 1.1)
})

/** The memory that the page uses once its garbage is collected. */
async function measure(page: Page): Promise<{ heapBytes: number; nodes: number }> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const { nodes } = await session.send('Memory.getDOMCounters')
  await session.detach()
  return { heapBytes: usedSize, nodes }
}
