import type { Clock } from '../../domain.ts'
import type { ApiAccount } from './contract.ts'

/** However much happens, pages are told no more often: they ask for what they show each time. */
const TELL_EVERY_MS = 700
/** Answers also age by themselves: a minute's requests, a pause that ends. */
const KEEP_MS = 2000
const MAX_KEPT = 200

/** Changes of accounts, as few as pages need, and answers that all pages share until the next change. */
export interface Feeds {
  /** Calls `listener` soon after the account changed; the answer ends that. */
  listen(account: ApiAccount, listener: () => void): () => void
  /** The answer to `question`, which is asked once between two changes, however many pages ask it. */
  share<T>(account: ApiAccount, question: string, ask: () => Promise<T>): Promise<T>
  /** Calls those who were given to `onClose`: the server closes. */
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
  let stop: (() => void) | null = null

  function tell(): void {
    cancelTimer = null
    toldAt = clock.monotonic()
    kept.clear()
    for (const listener of listeners) listener()
  }

  function noteChange(): void {
    cancelTimer ??= clock.after(Math.max(0, toldAt + TELL_EVERY_MS - clock.monotonic()), tell)
  }

  function close(): void {
    stop?.()
    stop = null
    cancelTimer?.()
    cancelTimer = null
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
      // While no page listens, no change is heard of.
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
