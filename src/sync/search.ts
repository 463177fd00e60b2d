import { describeOutcome } from '../helpcrunch/describe-outcome.ts'
import type { Lane } from '../rate-limit/contract.ts'
import type { ChatId, Clock } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { Reconciled } from '../core/contract.ts'
import type { SearchStore } from '../store/contract.ts'

const PAGE_SIZE = 100
/**
 * Pages overlap by this many: a chat that changes while pages are read moves to the end, and those after it move up.
 */
const PAGE_OVERLAP = 20
/** A million chats: stops a search that would never end. */
const MAX_PAGES = 12_500
/** A search shows the state at the time of its request, by a clock of whole seconds. */
const SECOND_MS = 1000

export interface Found extends Reconciled {
  readonly chats: number
  /** By HelpCrunch's clock. All earlier changes are known now. */
  readonly searchedUntil: number
}

/**
 * Reads all chats that were updated since a time, page by page with background priority in the lane, and corrects what
 * we hold of them.
 * @param openSince chats whose customer wrote before this are left alone
 * @returns what was found, or why the search failed
 */
export async function searchChats(
  { client, lane, store, clock }: { client: HelpCrunch; lane: Lane; store: SearchStore; clock: Clock },
  since: number,
  openSince: number,
): Promise<Found | string> {
  const total = { chats: 0, opened: 0, corrected: 0, leftAlone: 0 }
  let searchedUntil: number | null = null
  let offset = 0
  let lastPage: ReadonlySet<ChatId> = new Set()
  let lastIds: ReadonlySet<ChatId> | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    let askedAt = 0
    const outcome = await lane.request('background', () => {
      askedAt = clock.monotonic()
      return client.searchChats(since, offset, PAGE_SIZE)
    })
    if (outcome.kind !== 'ok') return describeOutcome(outcome)
    const { entries, size } = outcome.body
    const takenAt = outcome.answeredAt - Math.ceil(clock.monotonic() - askedAt) - SECOND_MS
    searchedUntil ??= takenAt
    const { opened, corrected, leftAlone } = await store.reconcile(entries, takenAt, openSince)
    total.opened += opened
    total.corrected += corrected
    total.leftAlone += leftAlone
    const hasGap = lastIds !== null && !entries.some(({ id }) => lastIds?.has(id))
    if (hasGap) {
      offset = Math.max(0, offset - PAGE_SIZE)
      lastIds = null
      continue
    }
    total.chats += entries.filter(({ id }) => lastIds?.has(id) !== true).length
    if (size < PAGE_SIZE) return { ...total, searchedUntil }
    if (entries.every(({ id }) => lastPage.has(id))) return 'no end: a page had only chats of the one before'
    lastPage = new Set(entries.map(({ id }) => id))
    lastIds = new Set(entries.slice(-PAGE_OVERLAP).map(({ id }) => id))
    offset += PAGE_SIZE - PAGE_OVERLAP
  }
  return `no end after ${MAX_PAGES} pages`
}
