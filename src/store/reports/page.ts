import type { Page } from './contract.ts'

/**
 * Cuts a page of `limit` items from rows. The query asked for one more, which tells whether there is a next page.
 * @param keyOf returns the key after which the next page starts, such as `[age, id]`
 */
export function cutPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => readonly number[]): Page<Row> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last).join('.') : null }
}

/** Reads the key in a page's `next`; `null` for the first page, or for invalid text. */
export function readKey(after: string | undefined, length: number): number[] | null {
  if (after === undefined || after === '') return null
  const numbers = after.split('.').map(Number)
  return numbers.length === length && numbers.every(Number.isSafeInteger) ? numbers : null
}
