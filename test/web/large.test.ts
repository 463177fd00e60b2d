import { expect, test } from 'vitest'
import { openApi, ADMIN } from '../support/api.ts'
import { logIn, openBrowser, rowWith } from './browser.ts'

const AGENTS = 1000
const WAITING = 10_000
/** The goal is a second on a machine without other work; this allows for a busy one. */
const SLOWEST_MS = 5000

test('with 1,000 agents and 10,000 waiting chats the screen soon shows the first of each', async () => {
  const api = await openApi()
  await api.tables.db.transaction().execute(async (db) => {
    for (let id = 1; id <= AGENTS; id += 1) {
      const agent = {
        id,
        name: `Agent ${id}`,
        is_listed: 1,
        is_set_aside: 0,
        load: 0,
        turn: 0,
        recent_at: '[]',
        missed_in_row: 0,
      }
      await db
        .insertInto('agent')
        .values({ account_id: 1, credit: 0, ...agent } as never)
        .execute()
    }
    for (let id = 1; id <= WAITING; id += 1) {
      const chat = {
        id,
        status: 'new',
        channel: 'chat',
        labels: '[]',
        missed_by: '[]',
        is_ours: 0,
        heard_at: 0,
        updated_at: 0,
      }
      await db
        .insertInto('chat')
        .values({ account_id: 1, ...chat } as never)
        .execute()
      const opened = {
        chat_id: id,
        event_id: `e${id}`,
        state: 'waiting',
        pool: 'no department',
        opened_at: id,
        rank_at: id,
        not_before: 0,
      }
      await db
        .insertInto('assignment')
        .values({ account_id: 1, failures: 0, refusals: 0, ...opened } as never)
        .execute()
    }
  })
  const page = await openBrowser()
  await logIn(page, await api.app.listen({ host: '127.0.0.1', port: 0 }), ADMIN)
  await rowWith(page, 'Agents', 'Agent 1').first().waitFor()
  const startedAt = performance.now()
  await page.reload()
  await rowWith(page, 'Waiting', '15').first().waitFor()
  await rowWith(page, 'Agents', 'Agent 100').waitFor()
  const tookMs = Math.round(performance.now() - startedAt)
  expect(tookMs).toBeLessThan(SLOWEST_MS)
  await page.getByRole('button', { name: 'Show more' }).first().click()
  await rowWith(page, 'Waiting', '115').first().waitFor()
})
