import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { ADMIN, openApi } from '../support/api.ts'
import { logIn, openBrowser, rowWith } from './browser.ts'

const AGENTS = 50
const WARM_UP = 100
const CHANGES = 1200
/** One measurement is off by some 300 kB, for caches and compiled code: the lowest of several counts. */
const MEASUREMENTS = 3
const CHANGES_BETWEEN = 100
/** A leak of 300 bytes a change. Changes every 600 ms all day, the most there are, would make 50 MB of it. */
const MOST_GROWTH_BYTES = 300 * (CHANGES + MEASUREMENTS * CHANGES_BETWEEN)

test('a page that is open all day needs no more memory in the evening', async () => {
  const api = await openApi()
  for (let id = 1; id <= AGENTS; id += 1) await api.tables.agent(id, `Agent ${id}`)
  const page = await openBrowser()
  await logIn(page, await api.app.listen({ host: '127.0.0.1', port: 0 }), ADMIN)
  await rowWith(page, 'Agents', 'Agent 50').waitFor()

  let load = 0
  async function change(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      load = (load % 4) + 1
      await api.tables.db.updateTable('agent').set({ load }).execute()
      const read = page.waitForResponse((response) => response.url().includes('/agents?'))
      api.change()
      api.clock.advance(1000)
      await read
    }
    await rowWith(page, 'Agents', 'Agent 50').getByText(`${load} of 5`).waitFor()
  }
  async function lowest(): Promise<{ heapBytes: number; nodes: number }> {
    const found: { heapBytes: number; nodes: number }[] = []
    for (let i = 0; i < MEASUREMENTS; i += 1) {
      await change(CHANGES_BETWEEN)
      found.push(await measure(page))
    }
    return {
      heapBytes: Math.min(...found.map(({ heapBytes }) => heapBytes)),
      nodes: Math.min(...found.map(({ nodes }) => nodes)),
    }
  }
  await change(WARM_UP)
  const before = await lowest()
  await change(CHANGES)
  const after = await lowest()
  expect(after.heapBytes - before.heapBytes).toBeLessThan(MOST_GROWTH_BYTES)
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
