import { apiUrl } from '../api.js'
import { useCalmData, useSurroundings } from '../data.js'
import { percent } from '../format.js'
import { html } from '../html.js'
import { Filters } from '../parts/filters.js'
import { rangeOf } from '../parts/periods.js'
import { Plot } from '../parts/plot.js'
import { Missing } from '../parts/state.js'
import { Table } from '../parts/table.js'
import { language, t } from '../words.js'

/** An hour lacks agents if more than this share of its chats waited too long. */
const GAP_SHARE = 0.2
const DAYS = [1, 2, 3, 4, 5, 6, 7]
/** A Monday, for the names of weekdays. */
const MONDAY = Date.UTC(2024, 0, 1)

/** Shows which hours of the week lack agents. @param {{ place: any, now: any }} props */
export function Staffing({ place, now }) {
  const { account, zone } = useSurroundings()
  const { period = 'month', department = null, target = 120 } = place.query
  const query = { ...rangeOf(period, zone), departmentId: department, targetSeconds: target, zone }
  const { data, problem } = useCalmData(now === null ? null : apiUrl(`accounts/${account}/staffing`, query))
  return html`<h1>${t('staffing')}</h1>
    <${Filters} place=${place} now=${now} period=${period} target=${target} />
    ${data === null ? html`<${Missing} data=${data} problem=${problem} />` : html`<${Week} staffing=${data} />`}`
}

/** @param {{ staffing: any }} props */
function Week({ staffing: { cells, weeks, zone } }) {
  const aWeek = (/** @type {any} */ { chats }) => Math.round((chats / Math.max(weeks, 1)) * 10) / 10
  const gaps = cells.filter(
    (/** @type {any} */ cell) => cell.chats > 0 && (cell.onShift === 0 || cell.waited / cell.chats > GAP_SHARE),
  )
  const busy = cells.filter((/** @type {any} */ cell) => cell.chats > 0 || cell.onShift > 0)
  return html`<h2>${t('gaps')}</h2>
    ${
      gaps.length === 0
        ? html`<p class="empty">${t('noGaps')}</p>`
        : html`<ul class="gaps">
            ${gaps.map((/** @type {any} */ cell) => html`<li key=${`${cell.weekday} ${cell.hour}`}>${t('gap', { day: dayName(cell.weekday, 'long'), hour: cell.hour, chats: aWeek(cell), onShift: cell.onShift, waited: percent(cell.waited / cell.chats) })}</li>`)}
          </ul>`
    }
    <${Plot}
      label=${t('staffingPlot')}
      names=${cells.map((/** @type {any} */ { weekday, hour }) => (hour === 0 ? dayName(weekday, 'short') : `${hour}`))}
      ticks=${DAYS.map((day) => (day - 1) * 24)}
      bars=${{ label: t('arrivals'), values: cells.map(aWeek) }}
      line=${{ label: t('onShift'), values: cells.map((/** @type {any} */ { onShift }) => onShift) }}
    />
    <p class="hint">${t('staffingNote', { zone })}</p>
    <details>
      <summary>${t('staffingTable')}</summary>
      <${Table}
        caption=${t('staffingTable')}
        rows=${busy}
        keyOf=${(/** @type {any} */ row) => row.weekday * 24 + row.hour}
        classOf=${(/** @type {any} */ row) => (gaps.includes(row) ? 'late' : '')}
        columns=${[
          { label: t('weekday'), isHead: true, cell: (/** @type {any} */ row) => dayName(row.weekday, 'long') },
          { label: t('hour'), isNumber: true, cell: (/** @type {any} */ row) => `${row.hour}:00` },
          { label: t('arrivals'), isNumber: true, cell: aWeek },
          { label: t('onShift'), isNumber: true, cell: (/** @type {any} */ row) => row.onShift },
          {
            label: t('waitedShare'),
            isNumber: true,
            cell: (/** @type {any} */ row) => (row.chats === 0 ? '–' : percent(row.waited / row.chats)),
          },
        ]}
      />
    </details>`
}

/** @param {number} weekday 1 is Monday @param {'long' | 'short'} length */
function dayName(weekday, length) {
  const at = MONDAY + (weekday - 1) * 86_400_000
  return new Intl.DateTimeFormat(language(), { weekday: length, timeZone: 'UTC' }).format(at)
}
