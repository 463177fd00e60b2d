import { useState } from '../../vendor/hooks.js'
import { apiUrl } from '../../api.js'
import { useData, useList, useSurroundings } from '../../data.js'
import { html } from '../../html.js'
import { ChatLinks, Named } from '../../parts/names.js'
import { Missing, More } from '../../parts/state.js'
import { Table } from '../../parts/table.js'
import { Ahead, Elapsed, useNow } from '../../parts/times.js'
import { go, hrefOf } from '../../router.js'
import { t } from '../../words.js'
import { AssignDialog, LookAgainDialog } from './assign.js'

/** A chat that has waited longer needs a person now. */
const TARGET_MS = 120_000
/** The first rows: the agents below should be visible, too. */
const FIRST = 15
const NEXT = 100
const DAY_MS = 86_400_000

/** Waiting chats with age and reason, the oldest first. @param {{ place: any, now: any }} props */
export function Waiting({ place, now }) {
  const { account } = useSurroundings()
  const departmentId = place.query.department ?? null
  const urlOf = (/** @type {string | null} */ after) =>
    apiUrl(`accounts/${account}/waiting`, { departmentId, after, limit: after === null ? FIRST : NEXT })
  const [dialog, setDialog] = useState(/** @type {{ kind: string, chatId: number } | null} */ (null))
  const act = (/** @type {number} */ chatId, /** @type {string} */ kind) => setDialog({ chatId, kind })
  const close = () => setDialog(null)
  const { pages, more } = useList(urlOf)
  return html`<section aria-labelledby="waiting">
    <div class="heading">
      <h2 id="waiting" tabindex="-1">${t('waiting')}</h2>
      <label class="inline"
        >${t('department')}
        <select
          value=${departmentId ?? ''}
          onChange=${(/** @type {any} */ event) => go(hrefOf(account, 'now', { query: { ...place.query, department: event.target.value } }))}
        >
          <option value="">${t('allDepartments')}</option>
          ${(now?.departments ?? []).map((/** @type {any} */ { id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
        </select></label
      >
    </div>
    ${pages.map(
      (after, index) =>
        html`<${WaitingPage}
          key=${after}
          url=${urlOf(after)}
          isFirst=${index === 0}
          isLast=${index === pages.length - 1}
          onMore=${more}
          onAct=${act}
        />`,
    )}
    ${dialog?.kind === 'assign' ? html`<${AssignDialog} chatId=${dialog.chatId} onClose=${close} />` : null}
    ${dialog?.kind === 'look again' ? html`<${LookAgainDialog} chatId=${dialog.chatId} onClose=${close} />` : null}
  </section>`
}

/**
 * @param {{ url: string, isFirst: boolean, isLast: boolean, onMore: (next: string) => void, onAct: (chatId: number,
 * kind: string) => void }} props
 */
function WaitingPage({ url, isFirst, isLast, onMore, onAct }) {
  const { account, canAct } = useSurroundings()
  const { data, problem } = useData(url)
  const now = useNow()
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return isFirst ? html`<p class="empty">${t('noneWait')}</p>` : null
  return html`<${Table}
      caption=${t('waiting')}
      rows=${data.items}
      keyOf=${(/** @type {any} */ row) => row.chatId}
      classOf=${(/** @type {any} */ row) => (now - row.waitingSince > TARGET_MS ? 'late' : '')}
      columns=${[
        { label: t('chat'), isHead: true, cell: (/** @type {any} */ row) => html`<${ChatLinks} id=${row.chatId} />` },
        {
          label: t('waits'),
          isNumber: true,
          cell: (/** @type {any} */ row) => html`<${Elapsed} at=${row.waitingSince} />`,
        },
        {
          label: t('department'),
          cell: (/** @type {any} */ row) =>
            html`<${Named}
              id=${row.departmentId}
              name=${row.departmentId === null ? t('noDepartment') : row.departmentName}
            />`,
        },
        { label: t('labels'), cell: (/** @type {any} */ row) => row.labels.join(', ') || '–' },
        { label: t('reason'), cell: (/** @type {any} */ row) => html`<${Reason} row=${row} />` },
        {
          label: t('nextLook'),
          cell: (/** @type {any} */ row) =>
            row.lookAgainAt === null || row.lookAgainAt - now > DAY_MS
              ? t('onEvent')
              : html`<${Ahead} at=${row.lookAgainAt} />`,
        },
        {
          label: t('why'),
          cell: (/** @type {any} */ row) =>
            html`<a href=${hrefOf(account, 'chat', { id: row.chatId })} aria-label=${`${t('why')} ${row.chatId}`}
              >${t('why')}</a
            >`,
        },
        ...(canAct
          ? [
              {
                label: t('actions'),
                cell: (/** @type {any} */ row) => html`<${Acts} chatId=${row.chatId} onAct=${onAct} />`,
              },
            ]
          : []),
      ]}
    />
    ${isLast ? html`<${More} next=${data.next} onMore=${onMore} />` : null}`
}

/** @param {{ chatId: number, onAct: (chatId: number, kind: string) => void }} props */
function Acts({ chatId, onAct }) {
  return html`<span class="acts">
    <button type="button" aria-label=${t('giveWhat', { id: chatId })} onClick=${() => onAct(chatId, 'assign')}>
      ${t('give')}
    </button>
    <button type="button" aria-label=${t('lookAgainAt', { id: chatId })} onClick=${() => onAct(chatId, 'look again')}>
      ${t('lookAgain')}
    </button>
  </span>`
}

/** @param {{ row: any }} props */
function Reason({ row: { reason, isReasonShared } }) {
  if (reason === null) return html`<span>${t('notLookedAt')}</span>`
  return html`<span lang="en" title=${isReasonShared ? t('sharedReason') : null}>${reason}</span>`
}
