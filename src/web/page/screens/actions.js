import { apiUrl } from '../api.js'
import { useData, useList, useSurroundings } from '../data.js'
import { shortTime } from '../format.js'
import { html } from '../html.js'
import { ChatLinks, Named } from '../parts/names.js'
import { Missing, More } from '../parts/state.js'
import { Table } from '../parts/table.js'
import { Moment } from '../parts/times.js'
import { t } from '../words.js'

/** The last moment that a date can hold: a pause without an end. */
const FOREVER = 8.64e15
/** @type {Record<string, any>} */
const KINDS = {
  pause: 'actPause',
  resume: 'actResume',
  replay: 'actReplay',
  'replay all': 'actReplay',
  'hand over': 'actHandOver',
  'most today': 'actLimit',
  assign: 'actGive',
  'look again': 'actLookAgain',
}

/** Who did what, when and why. */
export function Actions() {
  const { account } = useSurroundings()
  const urlOf = (/** @type {string | null} */ after) => apiUrl(`accounts/${account}/actions`, { after })
  const { pages, more } = useList(urlOf)
  return html`<h1>${t('actions')}</h1>
    ${pages.map((after, index) => html`<${ActionsPage} key=${after} url=${urlOf(after)} isFirst=${index === 0} isLast=${index === pages.length - 1} onMore=${more} />`)}`
}

/** @param {{ url: string, isFirst: boolean, isLast: boolean, onMore: (next: string) => void }} props */
function ActionsPage({ url, isFirst, isLast, onMore }) {
  const { zone } = useSurroundings()
  const { data, problem } = useData(url)
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return isFirst ? html`<p class="empty">${t('noActions')}</p>` : null
  return html`<${Table}
      caption=${t('actions')}
      rows=${data.items}
      keyOf=${(/** @type {any} */ row) => row.id}
      columns=${[
        { label: t('time'), isHead: true, cell: (/** @type {any} */ row) => html`<${Moment} at=${row.at} />` },
        { label: t('who'), cell: (/** @type {any} */ row) => row.actor },
        {
          label: t('did'),
          cell: (/** @type {any} */ row) =>
            `${row.kind in KINDS ? t(KINDS[row.kind]) : row.kind}${row.until !== null && row.until < FOREVER ? ` ${t('until', { time: shortTime(row.until, zone) })}` : ''}`,
        },
        {
          label: t('about'),
          cell: (/** @type {any} */ row) =>
            row.agentId !== null
              ? html`<${Named} id=${row.agentId} name=${row.agentName} />`
              : row.chatId === null
                ? '–'
                : html`<${ChatLinks} id=${row.chatId} />`,
        },
        { label: t('reason'), cell: (/** @type {any} */ row) => row.reason ?? '–' },
        {
          label: t('outcome'),
          cell: (/** @type {any} */ row) =>
            row.outcome === null ? t('underWay') : html`<span lang="en">${row.outcome}</span>`,
        },
      ]}
    />
    ${isLast ? html`<${More} next=${data.next} onMore=${onMore} />` : null}`
}
