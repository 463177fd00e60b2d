import { useState } from '../vendor/hooks.js'
import { apiUrl } from '../api.js'
import { useData, useList, useSurroundings } from '../data.js'
import { shortTime } from '../format.js'
import { html } from '../html.js'
import { ActDialog } from '../parts/dialog.js'
import { ChatLinks, Named } from '../parts/names.js'
import { Missing, More } from '../parts/state.js'
import { Table } from '../parts/table.js'
import { Moment } from '../parts/times.js'
import { go, hrefOf } from '../router.js'
import { t } from '../words.js'

const HOUR_MS = 3_600_000
/** @type {Record<string, { word: any, ms: number | null }>} */
const PERIODS = {
  night: { word: 'lastNight', ms: 12 * HOUR_MS },
  day: { word: 'lastDay', ms: 24 * HOUR_MS },
  week: { word: 'lastWeek', ms: 168 * HOUR_MS },
  always: { word: 'always', ms: null },
}

/** Assignments that were refused or given up, and the act to try them again. @param {{ place: any }} props */
export function Failures({ place }) {
  const { account, canAct, zone } = useSurroundings()
  const { period = 'always', state = '' } = place.query
  const [openedAt] = useState(Date.now())
  const ms = PERIODS[period]?.ms ?? null
  const since = ms === null ? null : openedAt - ms
  const urlOf = (/** @type {string | null} */ after) => apiUrl(`accounts/${account}/failures`, { since, state, after })
  const { pages, more } = useList(urlOf)
  const [chosen, setChosen] = useState(/** @type {ReadonlySet<number>} */ (new Set()))
  const [dialog, setDialog] = useState(/** @type {'chosen' | 'all' | null} */ (null))
  const follow = (/** @type {object} */ query) =>
    go(hrefOf(account, 'failures', { query: { ...place.query, ...query } }))

  function toggle(/** @type {number} */ id) {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }

  function close() {
    setDialog(null)
    setChosen(new Set())
  }

  const body = dialog === 'all' ? { since: since ?? 0 } : { ids: [...chosen] }
  return html`<h1>${t('failures')}</h1>
    <div class="heading">
      <label class="inline"
        >${t('period')}
        <select value=${period} onChange=${(/** @type {any} */ event) => follow({ period: event.target.value })}>
          ${Object.entries(PERIODS).map(([name, { word }]) => html`<option key=${name} value=${name}>${t(word)}</option>`)}
        </select></label
      >
      <label class="inline"
        >${t('cause')}
        <select value=${state} onChange=${(/** @type {any} */ event) => follow({ state: event.target.value })}>
          <option value="">${t('anyCause')}</option>
          <option value="refused">${t('refused')}</option>
          <option value="dead">${t('gaveUp')}</option>
        </select></label
      >
      ${
        canAct
          ? html`<button type="button" disabled=${chosen.size === 0} onClick=${() => setDialog('chosen')}>
                ${t('replayChosen', { n: chosen.size })}
              </button>
              ${state === '' ? html`<button type="button" onClick=${() => setDialog('all')}>${t('replayAll')}</button>` : null}`
          : null
      }
    </div>
    ${pages.map((after, index) => html`<${FailuresPage} key=${after} url=${urlOf(after)} isFirst=${index === 0} isLast=${index === pages.length - 1} onMore=${more} chosen=${chosen} onToggle=${canAct ? toggle : null} />`)}
    ${
      dialog === null
        ? null
        : html`<${ActDialog}
            title=${dialog === 'all' ? t('replayAll') : t('replayChosen', { n: chosen.size })}
            action=${t('replayOne')}
            onClose=${close}
            request=${() => [{ path: `accounts/${account}/failures/replay`, body }]}
          >
            ${dialog === 'all' ? html`<p>${t('replayAllSure', { time: shortTime(since ?? 0, zone) })}</p>` : null}
          <//>`
    }`
}

/**
 * @param {{ url: string, isFirst: boolean, isLast: boolean, onMore: (next: string) => void, chosen:
 * ReadonlySet<number>, onToggle: ((id: number) => void) | null }} props
 */
function FailuresPage({ url, isFirst, isLast, onMore, chosen, onToggle }) {
  const { data, problem } = useData(url)
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return isFirst ? html`<p class="empty">${t('noFailures')}</p>` : null
  return html`<${Table}
      caption=${t('failures')}
      rows=${data.items}
      keyOf=${(/** @type {any} */ row) => row.id}
      columns=${[
        ...(onToggle === null
          ? []
          : [
              {
                label: t('choose'),
                cell: (/** @type {any} */ row) =>
                  html`<input
                    type="checkbox"
                    aria-label=${t('chooseChat', { id: row.chatId })}
                    checked=${chosen.has(row.id)}
                    onChange=${() => onToggle(row.id)}
                  />`,
              },
            ]),
        { label: t('chat'), isHead: true, cell: (/** @type {any} */ row) => html`<${ChatLinks} id=${row.chatId} />` },
        { label: t('failedAt'), cell: (/** @type {any} */ row) => html`<${Moment} at=${row.failedAt} />` },
        { label: t('state'), cell: (/** @type {any} */ row) => t(row.state === 'refused' ? 'refused' : 'gaveUp') },
        { label: t('cause'), cell: (/** @type {any} */ row) => html`<span lang="en">${row.cause}</span>` },
        { label: t('attempts'), isNumber: true, cell: (/** @type {any} */ row) => row.attempts },
        {
          label: t('agent'),
          cell: (/** @type {any} */ row) => html`<${Named} id=${row.agentId} name=${row.agentName} />`,
        },
        { label: t('department'), cell: (/** @type {any} */ row) => row.departmentName ?? '–' },
      ]}
    />
    ${isLast ? html`<${More} next=${data.next} onMore=${onMore} />` : null}`
}
