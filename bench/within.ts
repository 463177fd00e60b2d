import { setTimeout as delay } from 'node:timers/promises'

/** Awaits `promise`; throws an error that names `what` if that takes longer than `limitMs`. */
export async function within<T>(limitMs: number, what: () => string, promise: Promise<T>): Promise<T> {
  const waiting = new AbortController()
  const timeUp = delay(limitMs, undefined, { signal: waiting.signal }).then(() => {
    throw new Error(`not in ${limitMs} ms: ${what()}`)
  })
  try {
    return await Promise.race([promise, timeUp])
  } finally {
    waiting.abort()
  }
}
