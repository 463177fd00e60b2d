/** One entry of a sorted list: by `at`, and by `id` where that ties. */
export interface Entry<Id extends number> {
  readonly at: number
  readonly id: Id
}

/**
 * The head of a list that may be far longer than what is held here: of a million waiting chats only the next ones are in
 * memory. What sorts behind the last entry that is held belongs to the rest, which only the database has.
 */
export interface Head<Id extends number> {
  /** Puts an entry where it belongs, or takes it out (`null`). One that belongs to the rest is not held. */
  set(id: Id, at: number | null): void
  has(id: Id): boolean
  /** The entries that are held, in order. */
  entries(): readonly Entry<Id>[]
  /** So little is held, while there is a rest, that more should be read. */
  isLow(): boolean
  /** Replaces what is held. @param limit the last entry that was read, where there is a rest behind it, else `null` */
  refill(entries: readonly Entry<Id>[], limit: Entry<Id> | null): void
}

/** As many as are read at once, and at the most held. */
export const HEAD_SIZE = 256
const LOW = 64

/** An empty head of an empty list. */
export function createHead<Id extends number>(): Head<Id> {
  let held: Entry<Id>[] = []
  const places = new Map<Id, number>()
  /** The last entry that is held, if there is a rest behind it. */
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

/** Where the entry is, or belongs. */
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
