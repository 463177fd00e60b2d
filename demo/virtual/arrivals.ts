const HOUR_MS = 60 * 60_000
/** Of a day's customers, how many come in each hour, in hundredths: few at night, most before noon. */
const SHARES_BY_HOUR = [1, 1, 0.5, 0.5, 0.5, 1, 2, 3, 6, 9, 11, 10, 7, 7, 8, 7, 6, 5, 4, 3, 3, 2, 1.5, 1]
/** Monday first. */
const FACTORS_BY_WEEKDAY = [1, 1, 1, 1, 1, 0.5, 0.5]
const HUNDREDTHS = 100

/**
 * When the next customer comes: they know nothing of each other, so that some come in a rush and some hours stay empty
 * (a Poisson process whose rate changes with the hour).
 * @param from since Monday 0:00, as is the answer
 */
export function drawArrival(from: number, chatsPerDay: number, random: () => number): number {
  let at = from
  for (;;) {
    const hour = Math.floor(at / HOUR_MS)
    const share = (SHARES_BY_HOUR[hour % 24] ?? 0) / HUNDREDTHS
    const perHour = chatsPerDay * share * (FACTORS_BY_WEEKDAY[Math.floor(hour / 24) % 7] ?? 1)
    const gap = (-Math.log(1 - random()) / perHour) * HOUR_MS
    const hourEnd = (hour + 1) * HOUR_MS
    if (at + gap < hourEnd) return at + gap
    at = hourEnd
  }
}
