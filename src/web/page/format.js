import { language, t } from './words.js'

/** @param {number | null} ms such as `45 s`, `3 min`, `2 h 5 min` */
export function duration(ms) {
  if (ms === null || ms === undefined) return '–'
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return t('seconds', { n: seconds })
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return t('minutesSeconds', { n: minutes, s: seconds % 60 })
  if (minutes < 60) return t('minutes', { n: minutes })
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return t('hoursMinutes', { n: hours, m: minutes % 60 })
  return t('days', { n: Math.floor(hours / 24) })
}

/** @param {number} at @param {string} zone */
export function exactTime(at, zone) {
  return new Intl.DateTimeFormat(language(), { timeZone: zone, dateStyle: 'medium', timeStyle: 'medium' }).format(at)
}

/** The time; with the date unless it is today. @param {number} at @param {string} zone */
export function shortTime(at, zone) {
  const isToday = dateOf(at, zone) === dateOf(Date.now(), zone)
  const options = /** @type {Intl.DateTimeFormatOptions} */ (
    isToday ? { hour: '2-digit', minute: '2-digit' } : { dateStyle: 'medium', timeStyle: 'short' }
  )
  return new Intl.DateTimeFormat(language(), { timeZone: zone, hour12: false, ...options }).format(at)
}

/** @param {number} value 0 to 1 */
export function percent(value) {
  return new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 0 }).format(value)
}

/** The ISO date of a moment in a zone. @param {number} at @param {string} zone */
export function dateOf(at, zone) {
  return new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' }).format(at)
}

/** When a local day begins. @param {string} date ISO @param {string} zone @returns {number} */
export function startOfDate(date, zone) {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  const utc = Date.UTC(year, month - 1, day)
  // Near a clock change the offset at the first guess may be wrong; the offset at the corrected guess is right.
  const guess = utc - offsetAt(utc, zone)
  return utc - offsetAt(guess, zone)
}

/** The date `days` later. @param {string} date ISO @param {number} days */
export function addDays(date, days) {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10)
}

/** @param {number} at @param {string} zone @returns {number} how far local time is ahead of UTC, in milliseconds */
function offsetAt(at, zone) {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const part = (/** @type {string} */ type) => Number(parts.find((each) => each.type === type)?.value)
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return local - Math.floor(at / 1000) * 1000
}
