import { apiUrl } from '../api.js'
import { useData } from '../data.js'
import { html } from '../html.js'
import { Missing } from '../parts/state.js'
import { Table } from '../parts/table.js'
import { Elapsed } from '../parts/times.js'
import { hrefOf } from '../router.js'
import { t } from '../words.js'

/** Several accounts at a glance. */
export function Accounts() {
  const { data, problem } = useData(apiUrl('accounts'))
  return html`<h1>${t('accounts')}</h1>
    ${
      data === null
        ? html`<${Missing} data=${data} problem=${problem} />`
        : html`<${Table}
            caption=${t('overview')}
            rows=${data.accounts}
            keyOf=${(/** @type {any} */ row) => row.name}
            columns=${[
              {
                label: t('account'),
                isHead: true,
                cell: (/** @type {any} */ row) => html`<a href=${hrefOf(row.name, 'now')}>${row.name}</a>`,
              },
              { label: t('waiting'), isNumber: true, cell: (/** @type {any} */ row) => row.waiting },
              {
                label: t('longestWait'),
                isNumber: true,
                cell: (/** @type {any} */ row) => html`<${Elapsed} at=${row.oldestWaitingAt} />`,
              },
              {
                label: t('failed'),
                isNumber: true,
                cell: (/** @type {any} */ row) => html`<a href=${hrefOf(row.name, 'failures')}>${row.failed}</a>`,
              },
              {
                label: t('rulesInForce'),
                cell: (/** @type {any} */ row) =>
                  row.rulesRefusal === null ? row.rulesVersion : t('rulesRefused', { reason: row.rulesRefusal }),
              },
            ]}
          />`
    }`
}
