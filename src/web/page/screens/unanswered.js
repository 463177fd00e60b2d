import { apiUrl } from '../api.js'
import { useData, useList, useSurroundings } from '../data.js'
import { html } from '../html.js'
import { ChatLinks, Named } from '../parts/names.js'
import { Missing, More } from '../parts/state.js'
import { Table } from '../parts/table.js'
import { Elapsed } from '../parts/times.js'
import { go, hrefOf } from '../router.js'
import { t } from '../words.js'

const DEFAULT_MINUTES = 5

/** Chats whose agent has not answered, the longest first. @param {{ place: any }} props */
export function Unanswered({ place }) {
  const { account } = useSurroundings()
  const { minutes = DEFAULT_MINUTES, agent = null } = place.query
  const query = { minutes, agentId: agent }
  const urlOf = (/** @type {string | null} */ after) => apiUrl(`accounts/${account}/unanswered`, { ...query, after })
  const { pages, more } = useList(urlOf)
  return html`<h1>${t('unanswered')}</h1>
    <div class="heading">
      <label class="inline"
        >${t('threshold')}
        <input
          type="number"
          min="0"
          max="100000"
          value=${minutes}
          onChange=${(/** @type {any} */ event) => go(hrefOf(account, 'unanswered', { query: { ...place.query, minutes: event.target.value } }))}
      /></label>
      <a href=${apiUrl(`accounts/${account}/unanswered.csv`, query)} download>${t('exportCsv')}</a>
    </div>
    ${pages.map((after, index) => html`<${UnansweredPage} key=${after} url=${urlOf(after)} isFirst=${index === 0} isLast=${index === pages.length - 1} onMore=${more} />`)}`
}

/** @param {{ url: string, isFirst: boolean, isLast: boolean, onMore: (next: string) => void }} props */
function UnansweredPage({ url, isFirst, isLast, onMore }) {
  const { account } = useSurroundings()
  const { data, problem } = useData(url)
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return isFirst ? html`<p class="empty">${t('noneUnanswered')}</p>` : null
  return html`<${Table}
      caption=${t('unanswered')}
      rows=${data.items}
      keyOf=${(/** @type {any} */ row) => row.chatId}
      columns=${[
        { label: t('chat'), isHead: true, cell: (/** @type {any} */ row) => html`<${ChatLinks} id=${row.chatId} />` },
        {
          label: t('agent'),
          cell: (/** @type {any} */ row) => html`<${Named} id=${row.agentId} name=${row.agentName} />`,
        },
        {
          label: t('unansweredSince'),
          isNumber: true,
          cell: (/** @type {any} */ row) => html`<${Elapsed} at=${row.unansweredSince} />`,
        },
        {
          label: t('department'),
          cell: (/** @type {any} */ row) =>
            html`<${Named}
              id=${row.departmentId}
              name=${row.departmentId === null ? t('noDepartment') : row.departmentName}
            />`,
        },
        {
          label: t('tries'),
          cell: (/** @type {any} */ row) =>
            `${row.missedBy.length + 1}, ${t(row.isAssignedByUs ? 'fromUs' : 'byHand')}`,
        },
        {
          label: t('why'),
          cell: (/** @type {any} */ row) =>
            html`<a href=${hrefOf(account, 'chat', { id: row.chatId })} aria-label=${`${t('why')} ${row.chatId}`}
              >${t('why')}</a
            >`,
        },
      ]}
    />
    ${isLast ? html`<${More} next=${data.next} onMore=${onMore} />` : null}`
}
