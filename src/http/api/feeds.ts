import type { Clock } from '../../domain.ts'
import type { ApiAccount } from './contract.ts'

/** The shortest time between two notices to a page, which requests everything that it shows after each. */
const TELL_EVERY_MS = 600
/**
 * Pages are told one after the other, so that their requests do not arrive together and hold up webhooks. Both times
 * are together below a second: a change is seen within that.
 */
const SPREAD_MS = 300
/**
 * How long an answer is kept without a change: some figures age by themselves, such as a minute's requests or a pause
 * that ends.
 */
const KEEP_MS = 2000
const MAX_KEPT = 200

/** Bundles changes of accounts for pages, and caches answers that all pages share until the next change. */
export interface Feeds {
  /** Calls `listener` soon after the account changed; returns a function that removes it. */
  listen(account: ApiAccount, listener: () => void): () => void
  /** Returns the answer to `question`, which is asked once between two changes, however many pages request it. */
  share<T>(account: ApiAccount, question: string, ask: () => Promise<T>): Promise<T>
  /** Calls `listener` when the server closes; returns a function that removes it. */
  onClose(listener: () => void): () => void
  close(): void
}

export function createFeeds(accounts: ReadonlyMap<string, ApiAccount>, clock: Clock): Feeds {
  const feeds = new Map([...accounts.values()].map((account) => [account, createFeed(account, clock)]))
  const closers = new Set<() => void>()
  const feedOf = (account: ApiAccount) => feeds.get(account) as Feed
  return {
    listen: (account, listener) => feedOf(account).listen(listener),
    share: (account, question, ask) => feedOf(account).share(question, ask),
    onClose(listener) {
      closers.add(listener)
      return () => closers.delete(listener)
    },
    close() {
      for (const feed of feeds.values()) feed.close()
      for (const listener of closers) listener()
    },
  }
}

type Feed = ReturnType<typeof createFeed>

function createFeed(account: ApiAccount, clock: Clock) {
  const listeners = new Set<() => void>()
  const kept = new Map<string, { readonly answer: Promise<unknown>; readonly at: number }>()
  let toldAt = -Infinity
  let cancelTimer: (() => void) | null = null
  let cancelNext = (): void => undefined
  let stop: (() => void) | null = null

  function tell(): void {
    cancelTimer = null
    toldAt = clock.monotonic()
    kept.clear()
    tellInTurn([...listeners], SPREAD_MS / listeners.size)
  }

  function tellInTurn([first, ...rest]: readonly (() => void)[], everyMs: number): void {
    if (first !== undefined && listeners.has(first)) first()
    if (rest.length > 0) cancelNext = clock.after(everyMs, () => tellInTurn(rest, everyMs))
  }

  function noteChange(): void {
    cancelTimer ??= clock.after(Math.max(0, toldAt + TELL_EVERY_MS - clock.monotonic()), tell)
  }

  function close(): void {
    stop?.()
    stop = null
    cancelTimer?.()
    cancelTimer = null
    cancelNext()
    kept.clear()
  }

  return {
    close,
    listen(listener: () => void) {
      listeners.add(listener)
      stop ??= account.changes.onChange(noteChange)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) close()
      }
    },
    async share<T>(question: string, ask: () => Promise<T>): Promise<T> {
      // Without a listening page, no change would clear the cache.
      if (listeners.size === 0) return ask()
      const known = kept.get(question)
      if (known !== undefined && clock.monotonic() - known.at < KEEP_MS) return known.answer as Promise<T>
      const answer = ask()
      if (kept.size >= MAX_KEPT) kept.clear()
      kept.set(question, { answer, at: clock.monotonic() })
      answer.catch(() => kept.delete(question))
      return answer
    },
  }
}
