import { expect, test } from 'vitest'
import { createFeeds } from '../../src/http/api/feeds.ts'
import type { ApiAccount } from '../../src/http/api/contract.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

const PAGES = 20

function openFeeds(clock: ManualClock) {
  let tell = (): void => undefined
  const onChange = (listener: () => void) => {
    tell = listener
    return () => undefined
  }
  const account = { changes: { onChange } } as unknown as ApiAccount
  return { account, feeds: createFeeds(new Map([['default', account]]), clock), change: () => tell() }
}

test('pages are told of a change one after the other, the last one within a second', () => {
  const clock = createManualClock()
  const { account, feeds, change } = openFeeds(clock)
  const start = clock.monotonic()
  const toldMs: number[] = []
  for (let i = 0; i < PAGES; i += 1) feeds.listen(account, () => void toldMs.push(clock.monotonic() - start))

  change()
  clock.advance(1)
  // Just after the first notices: it has to wait longest.
  change()
  clock.advance(999)
  expect(toldMs).toHaveLength(2 * PAGES)
  const together = Math.max(...toldMs.map((at) => toldMs.filter((other) => other === at).length))
  expect(together).toBe(1)
})

test('a page that closes before its turn is told nothing, and the others are', () => {
  const clock = createManualClock()
  const { account, feeds, change } = openFeeds(clock)
  const told: string[] = []
  const forget = ['first', 'second', 'third'].map((name) => feeds.listen(account, () => void told.push(name)))
  change()
  clock.advance(0)
  forget[1]?.()
  clock.advance(1000)
  expect(told).toEqual(['first', 'third'])
})
