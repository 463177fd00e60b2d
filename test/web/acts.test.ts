import { expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'
import { logIn, openBrowser, PAGE_ENV } from './browser.ts'
import { TEAM } from './team.ts'

/** A running service with Ann, Ben and Chloe, each with room for two chats, and its page. */
async function openActing() {
  const world = await openWorld({ agents: TEAM, env: { ...PAGE_ENV, AGENT_CAPACITY: '2' } })
  await world.start()
  const page = await openBrowser()
  await logIn(page, world.url)
  const openChats = async (count: number) => {
    const chats = Array.from({ length: count }, () => world.account.openChat(null))
    await eventually(() => expect(chats.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
    return chats
  }
  return { world, page, openChats }
}

test('task 3: in three clicks Ann is paused for today, and her chats go to the agents of the preview', async () => {
  const { page, openChats } = await openActing()
  const chats = await openChats(3)
  const hers = chats.find(({ assigneeId }) => assigneeId === 1)
  await page.getByRole('button', { name: 'Pause Ann' }).click()
  await page.getByRole('checkbox', { name: 'Also hand the open chats of Ann to others' }).click()
  await page.getByText(`Chat ${hers?.id}: Ben (2)`).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await page.getByText(/Done: paused until .*; their open chats go to others/).waitFor()
  await eventually(() => expect(hers?.assigneeId).toBe(2))
})

test('task 4: Ben gets at most one chat today', async () => {
  const { world, page, openChats } = await openActing()
  await openChats(3)
  await page.getByRole('button', { name: 'Limit Ben today' }).click()
  await page.getByRole('spinbutton', { name: 'At most so many chats today' }).fill('1')
  await page.getByRole('textbox').fill('first day back')
  await page.keyboard.press('Enter')
  await page.getByText('Done: no more than 1 of today’s chats').waitFor()
  await page.getByText('has had today’s chats').waitFor()
  const more = await openChats(2)
  expect(new Set(more.map(({ assigneeId }) => assigneeId))).toEqual(new Set([1, 3]))
  const last = world.account.openChat(null)
  await page.getByRole('button', { name: `Give chat ${last.id} to` }).waitFor()
  expect(last.assigneeId).toBeNull()
})

test('a person assigns a waiting chat to an agent who is full', async () => {
  const { world, page, openChats } = await openActing()
  await openChats(6)
  const waiting = world.account.openChat(null)
  await page.getByRole('button', { name: `Give chat ${waiting.id} to` }).click()
  await page.getByRole('combobox', { name: 'Agent' }).selectOption('2')
  await page.getByRole('dialog').getByRole('button', { name: 'Give' }).click()
  await page.getByText('Done: the chat goes to agent 2').waitFor()
  await eventually(() => expect(waiting.assigneeId).toBe(2))
})

test('a person has a waiting chat decided again', async () => {
  const { world, page, openChats } = await openActing()
  await openChats(6)
  const waiting = world.account.openChat(null)
  await page.getByRole('button', { name: `Look again at chat ${waiting.id}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Look again' }).click()
  await page.getByText('Done: the chat is decided again').waitFor()
  expect(waiting.assigneeId).toBeNull()
})
