import type { WorkingTime } from '../../src/routing/working-time.ts'
import type { LocalMinute } from './local-minutes.ts'

/**
 * Holds working time against what is known of each of these minutes, forwards and then backwards, and tells the first
 * about which it is wrong. The minutes are evenly spaced, and nobody comes or goes in between.
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
  /** Nobody knows what comes after the last minute. */
  let changeAt: number | null = null
  for (const [index, minute] of [...minutes.entries()].toReversed()) {
    const isOpen = atWork[index] ?? false
    if (time.isOpen(minute.at) !== isOpen) return { minute, isOpen }
    if (changeAt !== null && time.nextChangeAt(minute.at) !== changeAt) return { minute, changeAt }
    if (atWork[index - 1] !== isOpen) changeAt = minute.at
  }
  return null
}
