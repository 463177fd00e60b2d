import { useSurroundings } from '../data.js'
import { html } from '../html.js'
import { go, hrefOf } from '../router.js'
import { t } from '../words.js'
import { PERIODS } from './periods.js'

/**
 * Time, department and target of a report, kept in the address, so that a link shows the same.
 * @param {{ place: any, now: any, period: string, target: string | number }} props
 */
export function Filters({ place, now, period, target }) {
  const { account } = useSurroundings()
  const follow = (/** @type {string} */ name) => (/** @type {any} */ event) =>
    go(hrefOf(account, place.screen, { query: { ...place.query, [name]: event.target.value } }))
  return html`<div class="heading">
    <label class="inline"
      >${t('period')}
      <select value=${period} onChange=${follow('period')}>
        ${Object.entries(PERIODS).map(([name, { word }]) => html`<option key=${name} value=${name}>${t(word)}</option>`)}
      </select></label
    >
    <label class="inline"
      >${t('department')}
      <select value=${place.query.department ?? ''} onChange=${follow('department')}>
        <option value="">${t('allDepartments')}</option>
        ${(now?.departments ?? []).map((/** @type {any} */ { id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
      </select></label
    >
    <label class="inline"
      >${t('target')} <input type="number" min="0" max="86400" value=${target} onChange=${follow('target')}
    /></label>
  </div>`
}
