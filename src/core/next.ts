import type { AssignmentId, ChatId } from '../domain.ts'
import type { Exclusions } from './contract.ts'
import type { Entry } from './head.ts'
import { poolHead, type AccountState } from './state.ts'

/** No retry is delayed longer than this. A time further ahead was written before the clock was set back, and is due. */
export const MAX_RETRY_DELAY_MS = 20 * 60_000
/** At most so many due chats are handled in one step; the rest follow in the next step. */
const MAX_DUE = 100

/**
 * The oldest assignment that is due and not excluded, among the first of each pool that is not excluded and those
 * decided before.
 */
export function findNext(
  state: AccountState,
  now: number,
  exclusions: Exclusions,
): { readonly assignmentId: AssignmentId; readonly chatId: ChatId } | null {
  releaseDue(state, now)
  let next: Entry<AssignmentId> | null = null
  for (const [pool, head] of state.pools) {
    if (exclusions.pools.has(pool)) continue
    const first = head.entries().find(({ id }) => !exclusions.assignments.has(id))
    if (first !== undefined && (next === null || isBefore(first, next))) next = first
  }
  for (const [id, chatId] of state.decided) {
    const open = state.chats.get(chatId)?.open
    if (open == null || exclusions.assignments.has(id) || !isDue(open.notBefore, now)) continue
    const entry = { at: open.rankAt, id }
    if (next === null || isBefore(entry, next)) next = entry
  }
  const chatId = next === null ? undefined : state.placeOf.get(next.id)?.chatId
  return next === null || chatId === undefined ? null : { assignmentId: next.id, chatId }
}

/** The chats that time changes now, those that are due the longest first. */
export function findDue(state: AccountState, now: number, silentMs: number | null): ChatId[] {
  const due = takeUntil(state.due.entries(), now)
  const silent = silentMs === null ? [] : takeUntil(state.active.entries(), now - silentMs)
  return [...new Set([...due, ...silent])]
}

/**
 * When a snooze, an answer, a hand-over, a retry or a chat's silence next falls due, or `null`. A time before `now`:
 * more is due than one step handles.
 */
export function nextDueAt(state: AccountState, now: number, silentMs: number | null): number | null {
  const times = [state.due.entries()[0]?.at]
  times.push(state.later.entries().find(({ at }) => at > now)?.at)
  for (const chatId of state.decided.values()) {
    const notBefore = state.chats.get(chatId)?.open?.notBefore ?? 0
    if (notBefore > now) times.push(notBefore)
  }
  const active = state.active.entries()[0]
  if (silentMs !== null && active !== undefined) times.push(active.at + silentMs)
  const known = times.filter((at) => at !== undefined)
  return known.length === 0 ? null : Math.min(...known)
}

/** Moves assignments that have become due into their pools. */
function releaseDue(state: AccountState, now: number): void {
  const entries = state.later.entries()
  const due = [...takeWhile(entries, ({ at }) => at <= now)]
  const farthest = now + MAX_RETRY_DELAY_MS
  if ((entries.at(-1)?.at ?? 0) > farthest) due.push(...entries.filter(({ at }) => at > farthest))
  for (const { id } of due) {
    const place = state.placeOf.get(id)
    const open = place === undefined ? null : state.chats.get(place.chatId)?.open
    state.later.set(id, null)
    if (open?.id === id) poolHead(state, open.pool).set(id, open.rankAt)
  }
}

/** Whether an assignment may be tried: its time has come, or is so far ahead that the clock must have been set back. */
export function isDue(notBefore: number, now: number): boolean {
  return notBefore <= now || notBefore > now + MAX_RETRY_DELAY_MS
}

function takeUntil(entries: readonly Entry<ChatId>[], until: number): ChatId[] {
  return [...takeWhile(entries, ({ at }) => at <= until)].slice(0, MAX_DUE).map(({ id }) => id)
}

function* takeWhile<T>(entries: readonly T[], isWanted: (entry: T) => boolean): Generator<T> {
  for (const entry of entries) {
    if (!isWanted(entry)) return
    yield entry
  }
}

function isBefore(a: Entry<AssignmentId>, b: Entry<AssignmentId>): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}
