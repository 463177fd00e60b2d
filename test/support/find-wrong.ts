import type { WorkingTime } from '../../src/routing/working-time.ts'
import type { LocalMinute } from './local-minutes.ts'

/**
 * Compares working time with what is known of each of these minutes, forwards and then backwards, and returns the first
 * that differs. The minutes are evenly spaced, and `atWork` does not change between two of them.
 */
export function findWrong(time: WorkingTime, minutes: readonly LocalMinute[], atWork: readonly boolean[]) {
  const start = minutes[0]?.at ?? 0
  const stepMs = (minutes[1]?.at ?? 0) - start
  let workedMs = 0
  for (const [index, minute] of minutes.entries()) {
    const isOpen = atWork[index] ?? false
    const endsAt = minute.at + stepMs
    if (time.isOpen(minute.at) !== isOpen || time.isOpen(endsAt - 1) !== isOpen) return { minute, isOpen }
    if (!isOpen) continue
    workedMs += stepMs
    if (time.after(start, workedMs) !== endsAt) return { minute, workedMs }
  }
  /** `null` until the first change: what comes after the last minute is not known. */
  let changeAt: number | null = null
  for (const [index, minute] of [...minutes.entries()].toReversed()) {
    const isOpen = atWork[index] ?? false
    if (time.isOpen(minute.at) !== isOpen) return { minute, isOpen }
    if (changeAt !== null && time.nextChangeAt(minute.at) !== changeAt) return { minute, changeAt }
    if (atWork[index - 1] !== isOpen) changeAt = minute.at
  }
  return null
}
