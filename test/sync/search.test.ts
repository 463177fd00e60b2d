import { expect, test } from 'vitest'
import type { Lane } from '../../src/rate-limit/contract.ts'
import type { FoundChat, Outcome } from '../../src/domain.ts'
import type { HelpCrunch, Page } from '../../src/helpcrunch/contract.ts'
import { searchChats } from '../../src/sync/search.ts'
import type { SearchStore } from '../../src/store/contract.ts'
import { chatId, facts } from '../support/events.ts'
import { createManualClock } from '../support/manual-clock.ts'

const CHAT = { snapshot: {}, facts: facts(), lastCustomerMessageAt: null }

/** Searches an account of `count` chats; `between` runs before each page. */
async function search(count: number, between: (chats: FoundChat[], page: number) => void) {
  const chats: FoundChat[] = Array.from({ length: count }, (_, id) => ({ ...CHAT, id: chatId(id + 1) }))
  const seen = new Set<number>()
  let pages = 0
  const client = {
    async searchChats(_since: number, offset: number, limit: number): Promise<Outcome<Page<FoundChat>>> {
      between(chats, pages)
      pages += 1
      const entries = chats.slice(offset, offset + limit)
      return { kind: 'ok', body: { entries, size: entries.length }, answeredAt: 0 }
    },
  } as Partial<HelpCrunch> as HelpCrunch
  const store = {
    async reconcile(found) {
      for (const { id } of found) seen.add(id)
      return { opened: 0, corrected: 0, leftAlone: 0 }
    },
  } as Partial<SearchStore> as SearchStore
  const lane = { request: (_priority, request) => request() } as Partial<Lane> as Lane
  const found = await searchChats({ client, store, lane, clock: createManualClock() }, 0, 0)
  return { found, pages, seen: seen.size }
}

test('every chat is seen once, and counted once', async () => {
  const { found, pages, seen } = await search(250, () => undefined)
  expect(found).toMatchObject({ chats: 250 })
  expect([pages, seen]).toEqual([3, 250])
})

test.for([5, 19, 50, 90])(
  '%i chats that change before each page move to the end, and none is skipped',
  async (moving) => {
    const { seen } = await search(400, (chats, page) => {
      if (page > 0 && page < 4) chats.push(...chats.splice(0, moving))
    })
    expect(seen).toBe(400)
  },
)

test('every chat of an account of sixty thousand is seen', async () => {
  const { found, seen } = await search(60_000, () => undefined)
  expect(found).toMatchObject({ chats: 60_000 })
  expect(seen).toBe(60_000)
})

test('a search ends although new chats come while its pages are read', async () => {
  const { found } = await search(100, (chats) =>
    chats.push({ ...(chats[0] as FoundChat), id: chatId(chats.length + 1) }),
  )
  expect(found).toMatchObject({ chats: expect.any(Number) as number })
})

test('an API that shows the same page for ever is not asked for ever', async () => {
  const { found, pages } = await search(100, (chats) => chats.push(...chats.slice(0, 100)))
  expect(found).toBe('no end: a page had only chats of the one before')
  expect(pages).toBeLessThan(5)
})

test('an API with endless pages is not asked for ever', async () => {
  let last = 0
  const { found } = await search(0, (chats) => {
    for (let i = 0; i < 100; i += 1) chats.push({ ...CHAT, id: chatId((last += 1)) })
  })
  expect(found).toBe('no end after 12500 pages')
})
