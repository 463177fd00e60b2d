import { apiUrl } from '../api.js'
import { useCalmData, useSurroundings } from '../data.js'
import { duration, percent } from '../format.js'
import { html } from '../html.js'
import { Filters } from '../parts/filters.js'
import { Named } from '../parts/names.js'
import { rangeOf } from '../parts/periods.js'
import { Plot } from '../parts/plot.js'
import { Missing } from '../parts/state.js'
import { Table } from '../parts/table.js'
import { t } from '../words.js'

const HOUR_MS = 3_600_000
/** From `FAIR` on, chats count as evenly spread; below `RATHER_FAIR`, as unevenly. */
const FAIR = 0.95
const RATHER_FAIR = 0.8

/** Each agent's chats in a time, the customers' waits, and the fairness. @param {{ place: any, now: any }} props */
export function Report({ place, now }) {
  const { account, zone } = useSurroundings()
  const { period = 'week', department = null, target = 120 } = place.query
  const query = { ...rangeOf(period, zone), departmentId: department, targetSeconds: target }
  const { data, problem } = useCalmData(now === null ? null : apiUrl(`accounts/${account}/report`, query))
  return html`<h1>${t('report')}</h1>
    <${Filters} place=${place} now=${now} period=${period} target=${target} />
    ${data === null ? html`<${Missing} data=${data} problem=${problem} />` : html`<${Figures} report=${data} />`}
    <div class="row hint">
      <a href=${apiUrl(`accounts/${account}/report.csv`, query)} download>${t('exportCsv')}</a>
      <span>${t('zoneNote', { zone })}</span>
      <span>${t('reportNote')}</span>
    </div>`
}

/** @param {{ report: any }} props */
function Figures({ report }) {
  if (report.chats === 0) return html`<p class="empty">${t('noChats')}</p>`
  const all = {
    ...report,
    agentId: null,
    agentName: t('allAgents'),
    share: 1,
    fairShare: 1,
    weight: '',
    workingMs: sum(report.agents, 'workingMs'),
  }
  const agents = report.agents.toSorted((/** @type {any} */ a, /** @type {any} */ b) => b.chats - a.chats)
  return html`<p class="sentence">${describeFairness(report)}</p>
    <${Table}
      caption=${t('report')}
      rows=${[all, ...agents]}
      keyOf=${(/** @type {any} */ row) => row.agentId ?? 'all'}
      classOf=${(/** @type {any} */ row) => (row.agentId === null ? 'total' : '')}
      columns=${[
        {
          label: t('agent'),
          isHead: true,
          cell: (/** @type {any} */ row) => html`<${Named} id=${row.agentId} name=${row.agentName} />`,
        },
        { label: t('chats'), isNumber: true, cell: (/** @type {any} */ row) => row.chats },
        { label: t('share'), isNumber: true, cell: (/** @type {any} */ row) => percent(row.share) },
        { label: t('fairShare'), isNumber: true, cell: (/** @type {any} */ row) => percent(row.fairShare) },
        {
          label: t('hours'),
          isNumber: true,
          cell: (/** @type {any} */ row) => Math.round((row.workingMs / HOUR_MS) * 10) / 10,
        },
        { label: t('waitMedian'), isNumber: true, cell: (/** @type {any} */ row) => duration(row.wait.median) },
        { label: t('waitP90'), isNumber: true, cell: (/** @type {any} */ row) => duration(row.wait.p90) },
        {
          label: t('answerMedian'),
          isNumber: true,
          cell: (/** @type {any} */ row) => duration(row.firstAnswer.median),
        },
        { label: t('answerP90'), isNumber: true, cell: (/** @type {any} */ row) => duration(row.firstAnswer.p90) },
        { label: t('overTarget'), isNumber: true, cell: (/** @type {any} */ row) => row.overTarget },
      ]}
    />
    <${Plot}
      label=${t('sharePlot')}
      names=${agents.map((/** @type {any} */ { agentName }) => agentName)}
      bars=${{ label: `${t('share')}, %`, values: agents.map((/** @type {any} */ { share }) => share * 100) }}
      line=${{ label: `${t('fairShare')}, %`, values: agents.map((/** @type {any} */ { fairShare }) => fairShare * 100) }}
    />`
}

/** @param {any} report */
function describeFairness({ fairness, agents }) {
  if (fairness === null) return t('noChats')
  const index = fairness.toFixed(2)
  if (fairness >= FAIR) return t('fair', { index })
  const sorted = agents.toSorted(
    (/** @type {any} */ a, /** @type {any} */ b) => b.share - b.fairShare - (a.share - a.fairShare),
  )
  const [over, under] = [sorted[0]?.agentName ?? '', sorted.at(-1)?.agentName ?? '']
  return t(fairness >= RATHER_FAIR ? 'ratherFair' : 'unfair', { index, over, under })
}

/** @param {readonly any[]} rows @param {string} name */
function sum(rows, name) {
  return rows.reduce((total, row) => total + row[name], 0)
}
