import { apiUrl } from '../../api.js'
import { useCalmData, useSurroundings } from '../../data.js'
import { html } from '../../html.js'
import { Missing } from '../../parts/state.js'
import { Moment } from '../../parts/times.js'
import { t } from '../../words.js'
import { differenceOf } from './difference.js'

/** The versions of the rules, with times, authors and differences. */
export function Versions() {
  const { account } = useSurroundings()
  const { data, problem } = useCalmData(apiUrl(`accounts/${account}/rules/versions`, { limit: 50 }))
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return html`<p class="empty">${t('noVersions')}</p>`
  return html`<ol class="versions">
      ${data.items.map((/** @type {any} */ item, /** @type {number} */ place) => html`<${Version} key=${item.id} item=${item} before=${data.items[place + 1]} isOpen=${place === 0} />`)}
    </ol>
    <p class="hint">${t('addAuthor')}</p>`
}

/** @param {{ item: any, before: any, isOpen: boolean }} props */
function Version({ item, before, isOpen }) {
  return html`<li>
    <div class="row">
      <span>${t('inForceSince')}: <${Moment} at=${item.seenAt} /></span>
      <span>${t('changedBy')}: ${item.author ?? t('unknownAuthor')}</span>
      <code>${item.version}</code>
    </div>
    <details open=${isOpen}>
      <summary>${t('difference')}</summary>
      ${before === undefined ? html`<p>${t('firstVersion')}</p>` : html`<pre class="difference" tabindex="0">${differenceOf(before.source, item.source).map(({ sign, line }, place) => html`<span key=${place} class=${sign === '+' ? 'added' : sign === '-' ? 'removed' : ''}>${sign} ${line}${'\n'}</span>`)}</pre>`}
    </details>
  </li>`
}
