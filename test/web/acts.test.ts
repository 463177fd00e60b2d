import { expect, test } from 'vitest'
import { ADMIN, openApi } from '../support/api.ts'
import { logIn, openBrowser } from './browser.ts'

/** The page of a service that can do all acts, which are written down. */
async function openActing() {
  const api = await openApi(
    {},
    {
      kinds: new Set([
        'pause',
        'resume',
        'hand over',
        'most today',
        'assign',
        'look again',
        'replay',
        'replay all',
      ] as const),
      previewHandOver: async () => [
        { chatId: 31, agentId: 2, summary: 'Ben (2): the only agent' },
        { chatId: 32, agentId: null, summary: 'no agent: at capacity' },
      ],
    },
  )
  await api.tables.agent(1, 'Ann', { load: 200 })
  await api.tables.agent(2, 'Ben')
  await api.tables.chat(9)
  await api.tables.assignment(9, Date.now())
  const page = await openBrowser()
  await logIn(page, await api.app.listen({ host: '127.0.0.1', port: 0 }), ADMIN)
  return { page, acts: api.acts }
}

test('task 3: in three clicks Ann is paused for today, and her chats go to others, after a look at who would get them', async () => {
  const { page, acts } = await openActing()
  await page.getByRole('button', { name: 'Pause Ann' }).click()
  await page.getByRole('checkbox', { name: 'Also hand the open chats of Ann to others' }).click()
  await page.getByText('Chat 31: Ben (2)').waitFor()
  await page.getByText('Chat 32: would wait').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Done: done; done').waitFor()
  expect(acts).toMatchObject([
    { kind: 'pause', agentId: 1, until: expect.any(Number) },
    { kind: 'hand over', agentId: 1, chatIds: null },
  ])
  const keys = new Set(acts.map(({ idempotencyKey }) => idempotencyKey))
  expect(keys.size).toBe(2)
})

test('task 4: Ben gets at most three chats today', async () => {
  const { page, acts } = await openActing()
  await page.getByRole('button', { name: 'Limit Ben today' }).click()
  await page.getByRole('spinbutton', { name: 'At most so many chats today' }).fill('3')
  await page.getByRole('textbox').fill('first day back')
  await page.keyboard.press('Enter')
  await page.getByText('Done: done').waitFor()
  expect(acts).toMatchObject([{ kind: 'most today', agentId: 2, most: 3, reason: 'first day back' }])
})

test('a chat that waits is given to an agent whom a person chooses, or looked at again', async () => {
  const { page, acts } = await openActing()
  await page.getByRole('button', { name: 'Give chat 9 to' }).click()
  await page.getByRole('combobox', { name: 'Agent' }).selectOption('2')
  await page.getByRole('dialog').getByRole('button', { name: 'Give' }).click()
  await page.getByText('Done: done').waitFor()
  await page.getByRole('button', { name: 'Look again at chat 9' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Look again' }).click()
  await expect.poll(() => acts.map(({ kind }) => kind)).toEqual(['assign', 'look again'])
})
