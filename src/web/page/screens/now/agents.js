import { useState } from '../../vendor/hooks.js'
import { apiUrl } from '../../api.js'
import { useData, useList, useSurroundings } from '../../data.js'
import { shortTime } from '../../format.js'
import { html } from '../../html.js'
import { Named } from '../../parts/names.js'
import { Missing, More } from '../../parts/state.js'
import { Table } from '../../parts/table.js'
import { Elapsed } from '../../parts/times.js'
import { go, hrefOf } from '../../router.js'
import { t } from '../../words.js'
import { LimitDialog } from './limit.js'
import { PauseDialog, ResumeDialog } from './pause.js'

/** @type {Record<string, any>} */
const STATES = {
  available: 'available',
  full: 'full',
  paused: 'paused',
  away: 'away',
  'off shift': 'offShift',
  'on leave': 'onLeave',
  'set aside': 'setAside',
  'gets no chats': 'getsNoChats',
  'day limit': 'dayLimit',
}

/** Agents with load and state, and the acts on them. @param {{ place: any }} props */
export function Agents({ place }) {
  const { account, zone } = useSurroundings()
  const search = place.query.agent ?? ''
  const urlOf = (/** @type {string | null} */ after) =>
    apiUrl(`accounts/${account}/agents`, { search, zone, after, limit: 100 })
  const { pages, more } = useList(urlOf)
  const [dialog, setDialog] = useState(/** @type {{ agent: any, kind: string } | null} */ (null))
  const close = () => setDialog(null)
  return html`<section aria-labelledby="agents">
    <div class="heading">
      <h2 id="agents" tabindex="-1">${t('agents')}</h2>
      <label class="inline"
        >${t('findAgent')}
        <input
          type="search"
          value=${search}
          onChange=${(/** @type {any} */ event) => go(hrefOf(account, 'now', { query: { ...place.query, agent: event.target.value } }))}
      /></label>
    </div>
    ${pages.map((after, index) => html`<${AgentsPage} key=${after} url=${urlOf(after)} isSearch=${search !== ''} isLast=${index === pages.length - 1} onMore=${more} onAct=${(/** @type {any} */ agent, /** @type {string} */ kind) => setDialog({ agent, kind })} />`)}
    ${dialog?.kind === 'pause' ? html`<${PauseDialog} agent=${dialog.agent} onClose=${close} />` : null}
    ${dialog?.kind === 'limit' ? html`<${LimitDialog} agent=${dialog.agent} onClose=${close} />` : null}
    ${dialog?.kind === 'resume' ? html`<${ResumeDialog} agent=${dialog.agent} onClose=${close} />` : null}
  </section>`
}

/**
 * @param {{ url: string, isSearch: boolean, isLast: boolean, onMore: (next: string) => void, onAct: (agent: any, kind:
 * string) => void }} props
 */
function AgentsPage({ url, isSearch, isLast, onMore, onAct }) {
  const { account, canAct, zone } = useSurroundings()
  const { data, problem } = useData(url)
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return html`<p class="empty">${isSearch ? t('noneFound') : t('noAgents')}</p>`
  const columns = [
    {
      label: t('agent'),
      isHead: true,
      cell: (/** @type {any} */ row) => html`<${Named} id=${row.agentId} name=${row.agentName} />`,
    },
    {
      label: t('departments'),
      cell: (/** @type {any} */ row) => row.departments.map((/** @type {any} */ { name }) => name).join(', ') || '–',
    },
    { label: t('load'), cell: (/** @type {any} */ row) => html`<${Load} row=${row} />` },
    {
      label: t('state'),
      cell: (/** @type {any} */ row) =>
        html`<span class=${`state ${row.state.replace(' ', '-')}`}
          >${t(STATES[row.state])}${row.stateUntil === null ? '' : ` ${t('until', { time: shortTime(row.stateUntil, zone) })}`}</span
        >`,
    },
    { label: t('givenToday'), isNumber: true, cell: (/** @type {any} */ row) => row.givenToday },
    {
      label: t('longestUnanswered'),
      isNumber: true,
      cell: (/** @type {any} */ row) =>
        row.unansweredSince === null
          ? '–'
          : html`<a href=${hrefOf(account, 'unanswered', { query: { agent: row.agentId, minutes: 0 } })}
              ><${Elapsed} at=${row.unansweredSince}
            /></a>`,
    },
    ...(canAct
      ? [
          {
            label: t('actions'),
            cell: (/** @type {any} */ row) => {
              const kind = row.state === 'paused' ? 'resume' : 'pause'
              const label = t(kind === 'pause' ? 'pauseWho' : 'resumeWho', { name: row.agentName })
              return html`<span class="acts">
                <button type="button" aria-label=${label} onClick=${() => onAct(row, kind)}>${t(kind)}</button>
                <button
                  type="button"
                  aria-label=${t('limitWho', { name: row.agentName })}
                  onClick=${() => onAct(row, 'limit')}
                >
                  ${t('limit')}
                </button>
              </span>`
            },
          },
        ]
      : []),
  ]
  return html`<${Table}
      caption=${t('agents')}
      rows=${data.items}
      keyOf=${(/** @type {any} */ row) => row.agentId}
      columns=${columns}
    />
    ${isLast ? html`<${More} next=${data.next} onMore=${onMore} />` : null}`
}

/** @param {{ row: any }} props */
function Load({ row: { load, capacity } }) {
  const n = Math.round(load * 100) / 100
  if (capacity === null) return html`<span>${t('loadFree', { n })}</span>`
  const text = t('loadOf', { n, capacity })
  return html`<span class="load"
    ><meter min="0" max=${capacity} value=${Math.min(load, capacity)} aria-label=${t('load')}></meter> ${text}</span
  >`
}
