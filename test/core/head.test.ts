import { array, assert, integer, option, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHead, HEAD_SIZE, type Entry } from '../../src/core/head.ts'

type Id = number

/** Few enough times that many entries tie. */
const change = record({
  id: integer({ min: 1, max: 3000 }),
  at: option(integer({ min: 0, max: 300 }), { freq: 9 }),
})
const byPlace = (a: Entry<Id>, b: Entry<Id>): number => a.at - b.at || a.id - b.id

/** The whole list as the database has it: the plain model. */
function createList() {
  const all = new Map<Id, number>()
  return {
    set: (id: Id, at: number | null) => void (at === null ? all.delete(id) : all.set(id, at)),
    sorted: (): Entry<Id>[] => Array.from(all, ([id, at]) => ({ id, at })).toSorted(byPlace),
  }
}

describe('the head of a list', () => {
  test('is always the first part of the whole list, in its order, and more is read before it runs out', () => {
    const runs = array(array(change, { minLength: 1, maxLength: 900, size: 'max' }), {
      minLength: 1,
      maxLength: 6,
      size: 'max',
    })
    assert(
      property(runs, (rounds) => {
        const head = createHead<Id>()
        const list = createList()
        for (const changes of rounds) {
          for (const { id, at } of changes) {
            head.set(id, at)
            list.set(id, at)
          }
          const whole = list.sorted()
          const held = head.entries()
          expect(held).toEqual(whole.slice(0, held.length))
          expect(held.length).toBeLessThanOrEqual(2 * HEAD_SIZE)
          expect(whole.filter(({ id }) => head.has(id))).toEqual(held)
          expect(held.length > 0 || whole.length === 0 || head.isLow()).toBe(true)
          if (!head.isLow()) continue
          const read = whole.slice(0, HEAD_SIZE)
          head.refill(read, whole.length > read.length ? (read.at(-1) ?? null) : null)
        }
      }),
      // A failure tells its seed; to shrink thousands of entries would take minutes.
      { numRuns: 60, endOnFailure: true },
    )
  })

  test('holds all of a list that is short, and is never low then', () => {
    const head = createHead<Id>()
    head.set(2, 20)
    head.set(1, 20)
    head.set(3, 10)
    expect(head.entries().map(({ id }) => id)).toEqual([3, 1, 2])
    for (const id of [1, 2, 3]) head.set(id, null)
    expect(head.entries()).toEqual([])
    expect(head.isLow()).toBe(false)
  })

  test('does not hold what sorts after its last entry, and is low once few entries are left', () => {
    const head = createHead<Id>()
    const read = Array.from({ length: HEAD_SIZE }, (_, index) => ({ id: index + 1, at: index }))
    head.refill(read, read.at(-1) ?? null)
    head.set(9000, HEAD_SIZE)
    expect(head.has(9000)).toBe(false)
    head.set(9001, HEAD_SIZE / 2)
    expect(head.has(9001)).toBe(true)
    expect(head.isLow()).toBe(false)
    for (const { id } of read) head.set(id, null)
    expect(head.isLow()).toBe(true)
  })

  test('no longer holds an entry that moves behind the last one', () => {
    const head = createHead<Id>()
    head.refill([{ id: 1, at: 1 }], { id: 1, at: 1 })
    head.set(1, 2)
    expect(head.entries()).toEqual([])
    expect(head.isLow()).toBe(true)
  })
})
