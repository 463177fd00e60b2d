/** One entry of a sorted list: by `at`, and by `id` among equal times. */
export interface Entry<Id extends number> {
  readonly at: number
  readonly id: Id
}

/**
 * The head of a list that may be far longer than what memory holds: of a million waiting chats, only the next ones are
 * in memory. Entries that sort after the last one held are the rest, which only the database has.
 */
export interface Head<Id extends number> {
  /** Inserts or moves an entry, or removes it (`null`). An entry that belongs to the rest is not held. */
  set(id: Id, at: number | null): void
  has(id: Id): boolean
  /** The entries that are held, in order. */
  entries(): readonly Entry<Id>[]
  /** Whether so few entries are held, while there is a rest, that more should be read. */
  isLow(): boolean
  /**
   * Replaces the entries that are held.
   * @param limit the last entry that was read if there is a rest after it, else `null`
   */
  refill(entries: readonly Entry<Id>[], limit: Entry<Id> | null): void
}

/** How many entries are read at once. Up to twice as many are held. */
export const HEAD_SIZE = 256
const LOW = 64

/** An empty head of an empty list. */
export function createHead<Id extends number>(): Head<Id> {
  let held: Entry<Id>[] = []
  const places = new Map<Id, number>()
  /** The last entry of the head if there is a rest after it, else `null`. */
  let limit: Entry<Id> | null = null

  function remove(id: Id): void {
    const at = places.get(id)
    if (at === undefined) return
    places.delete(id)
    held.splice(indexOf(held, { at, id }), 1)
  }

  return {
    set(id, at) {
      if (at !== null && places.get(id) === at) return
      remove(id)
      if (at === null || (limit !== null && compare({ at, id }, limit) > 0)) return
      held.splice(indexOf(held, { at, id }), 0, { at, id })
      places.set(id, at)
      if (held.length <= 2 * HEAD_SIZE) return
      for (const dropped of held.splice(HEAD_SIZE)) places.delete(dropped.id)
      limit = held.at(-1) ?? null
    },
    has: (id) => places.has(id),
    entries: () => held,
    isLow: () => limit !== null && held.length < LOW,
    refill(entries, lastRead) {
      limit = lastRead
      held = entries.filter((entry) => lastRead === null || compare(entry, lastRead) <= 0).toSorted(compare)
      places.clear()
      for (const { id, at } of held) places.set(id, at)
    },
  }
}

/** The index of the entry, or the index at which it belongs. */
function indexOf<Id extends number>(entries: readonly Entry<Id>[], entry: Entry<Id>): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(entries[middle] as Entry<Id>, entry) < 0) low = middle + 1
    else high = middle
  }
  return low
}

function compare<Id extends number>(a: Entry<Id>, b: Entry<Id>): number {
  return a.at - b.at || a.id - b.id
}
