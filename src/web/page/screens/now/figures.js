import { useSurroundings } from '../../data.js'
import { html } from '../../html.js'
import { Elapsed } from '../../parts/times.js'
import { shortTime } from '../../format.js'
import { hrefOf } from '../../router.js'
import { t } from '../../words.js'

/** The account at a glance; every figure leads to the rows behind it. @param {{ now: any }} props */
export function Figures({ now }) {
  const { account, zone } = useSurroundings()
  if (now === null) return html`<p class="skeleton" aria-busy="true">${t('loading')}</p>`
  return html`<dl class="figures">
      <div>
        <dt>${t('waiting')}</dt>
        <dd><a href="#waiting" onClick=${jump('waiting')}>${now.waiting}</a></dd>
      </div>
      <div>
        <dt>${t('longestWait')}</dt>
        <dd><${Elapsed} at=${now.oldestWaitingAt} /></dd>
      </div>
      <div>
        <dt>${t('availableAgents')}</dt>
        <dd><a href="#agents" onClick=${jump('agents')}>${now.availableAgents} / ${now.agents}</a></dd>
      </div>
      <div>
        <dt>${t('failed')}</dt>
        <dd><a class=${now.failed > 0 ? 'bad' : ''} href=${hrefOf(account, 'failures')}>${now.failed}</a></dd>
      </div>
      <div>
        <dt>${t('helpCrunch')}</dt>
        <dd>${describeHelpCrunch(now, zone)}</dd>
      </div>
      <div>
        <dt>${t('requests')}</dt>
        <dd>${t('requestsOf', { n: now.requestsLastMinute, limit: now.limitPerMinute })}</dd>
      </div>
      <div>
        <dt>${t('otherRouter')}</dt>
        <dd>${describeOtherRouter(now)}</dd>
      </div>
      <div class="wide">
        <dt>${t('rulesInForce')}</dt>
        <dd><a href=${hrefOf(account, 'rules')}>${now.rulesVersion?.replaceAll(/[,;]/g, '$& ') ?? '–'}</a></dd>
      </div>
    </dl>
    ${now.isDryRun ? html`<p class="notice">${t('dryRun')}</p>` : null}
    ${now.rulesRefusal === null ? null : html`<p class="problem" role="alert">${t('rulesRefused', { reason: now.rulesRefusal })}</p>`}`
}

/** Scrolls without a change of the address, which names the screen. @param {string} id */
function jump(id) {
  return (/** @type {Event} */ event) => {
    event.preventDefault()
    document.getElementById(id)?.scrollIntoView()
    document.getElementById(id)?.focus()
  }
}

/** @param {any} now @param {string} zone */
function describeHelpCrunch({ checks, heldUntil, at }, zone) {
  if (heldUntil !== null && heldUntil > at)
    return html`<span class="bad">${t('heldUntil', { time: shortTime(heldUntil, zone) })}</span>`
  const problems = checks.filter(
    (/** @type {any} */ { name, detail }) =>
      (name === 'helpcrunch' || name === 'api key') && !/^(nothing against it|answers)$/.test(detail),
  )
  if (problems.length > 0) return html`<span class="bad" lang="en">${problems[0].detail}</span>`
  return checks.length === 0 ? t('otherInstance') : t('reachable')
}

/** @param {any} now */
function describeOtherRouter({ checks }) {
  const detail = checks.find((/** @type {any} */ { name }) => name === 'other router')?.detail
  if (detail === undefined) return t('otherInstance')
  return detail === 'none seen' ? t('noneSeen') : html`<span class="bad" lang="en">${detail}</span>`
}
