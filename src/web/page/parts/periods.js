import { addDays, dateOf, startOfDate } from '../format.js'

/**
 * Days to look back at, in the team's time.
 * @type {Record<string, { word: any, days: (today: string) => [string, string] }>}
 */
export const PERIODS = {
  today: { word: 'today', days: (today) => [today, addDays(today, 1)] },
  yesterday: { word: 'yesterday', days: (today) => [addDays(today, -1), today] },
  week: { word: 'thisWeek', days: (today) => [monday(today), addDays(monday(today), 7)] },
  before: { word: 'weekBefore', days: (today) => [addDays(monday(today), -7), monday(today)] },
  month: { word: 'days28', days: (today) => [addDays(today, -27), addDays(today, 1)] },
}

/** @param {string} name @param {string} zone @returns {{ from: number, to: number }} */
export function rangeOf(name, zone) {
  const today = dateOf(Date.now(), zone)
  const [first, last] = (PERIODS[name] ?? /** @type {any} */ (PERIODS.week)).days(today)
  const to = startOfDate(last, zone)
  // The future has no chats, and no hours worked.
  return { from: startOfDate(first, zone), to: Math.min(to, Math.ceil(Date.now() / 60_000) * 60_000) }
}

/** @param {string} date ISO */
function monday(date) {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
  return addDays(date, -weekday)
}
