import { useEffect, useState } from '../vendor/hooks.js'
import { useSurroundings } from '../data.js'
import { duration, exactTime, shortTime } from '../format.js'
import { html } from '../html.js'
import { t } from '../words.js'

const TICK_MS = 1000
/** @type {Set<() => void>} */
const ticking = new Set()
setInterval(() => {
  if (!document.hidden) for (const tick of ticking) tick()
}, TICK_MS)

/** A growing age, with the exact time on hover. @param {{ at: number | null }} props */
export function Elapsed({ at }) {
  const { zone } = useSurroundings()
  const now = useNow()
  if (at === null) return html`<span>–</span>`
  return html`<time datetime=${new Date(at).toISOString()} title=${exactTime(at, zone)}>${duration(now - at)}</time>`
}

/** A moment in the team's time, with date and seconds on hover. @param {{ at: number | null }} props */
export function Moment({ at }) {
  const { zone } = useSurroundings()
  if (at === null) return html`<span>–</span>`
  return html`<time datetime=${new Date(at).toISOString()} title=${exactTime(at, zone)}>${shortTime(at, zone)}</time>`
}

/** A moment to the second, for moments close together. @param {{ at: number }} props */
export function Second({ at }) {
  const { zone } = useSurroundings()
  return html`<time datetime=${new Date(at).toISOString()} title=${exactTime(at, zone)}>${exactTime(at, zone)}</time>`
}

/** A moment in the future. @param {{ at: number }} props */
export function Ahead({ at }) {
  const { zone } = useSurroundings()
  const now = useNow()
  const text = at <= now ? t('now0') : t('inTime', { time: duration(at - now) })
  return html`<time datetime=${new Date(at).toISOString()} title=${exactTime(at, zone)}>${text}</time>`
}

/** The time of day, updated each second. */
export function useNow() {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const tick = () => setNow(Date.now())
    ticking.add(tick)
    return () => void ticking.delete(tick)
  }, [])
  return now
}
