import { html } from '../../html.js'
import { Table } from '../../parts/table.js'
import { Second } from '../../parts/times.js'
import { t } from '../../words.js'

/** Webhooks, decisions, requests and answers in order of time. @param {{ chat: any }} props */
export function Timeline({ chat }) {
  const rows = [
    ...chat.events.map((/** @type {any} */ event) => ({
      at: event.receivedAt,
      what: t('webhook', { type: event.type }),
    })),
    ...chat.assignments.flatMap((/** @type {any} */ { openedAt, settledAt, state, agent, decisions, attempts }) => [
      { at: openedAt, what: t('opened') },
      ...decisions.map((/** @type {any} */ { decidedAt, summary }) => ({
        at: decidedAt,
        what: summary,
        isEnglish: true,
      })),
      ...attempts.map((/** @type {any} */ { at, reason }) => ({ at, what: t('attemptFailed', { reason }) })),
      ...(settledAt === null
        ? []
        : [
            {
              at: settledAt,
              what: `${t('settledAs', { state })}${agent === null ? '' : `: ${agent.name ?? '?'} (${agent.id})`}`,
            },
          ]),
    ]),
  ].toSorted((a, b) => a.at - b.at)
  return html`<${Table}
    caption=${t('timeline')}
    rows=${rows.map((row, place) => ({ ...row, place }))}
    keyOf=${(/** @type {any} */ row) => row.place}
    columns=${[
      { label: t('time'), isHead: true, cell: (/** @type {any} */ row) => html`<${Second} at=${row.at} />` },
      {
        label: t('what'),
        cell: (/** @type {any} */ row) => html`<span lang=${row.isEnglish === true ? 'en' : null}>${row.what}</span>`,
      },
    ]}
  />`
}
