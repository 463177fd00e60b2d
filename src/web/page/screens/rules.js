import { useState } from '../vendor/hooks.js'
import { apiUrl, send } from '../api.js'
import { useCalmData, useSurroundings } from '../data.js'
import { html } from '../html.js'
import { Missing } from '../parts/state.js'
import { t } from '../words.js'
import { Versions } from './rules/versions.js'

/** The rules in force in words, their changes, and a check of another routing file. */
export function Rules() {
  const { account, canAct } = useSurroundings()
  const { data, problem } = useCalmData(apiUrl(`accounts/${account}/rules`))
  return html`<h1>${t('rules')}</h1>
    ${data === null ? html`<${Missing} data=${data} problem=${problem} />` : html`<${InForce} rules=${data} />`}
    <h2>${t('versions')}</h2>
    <${Versions} />
    ${canAct ? html`<${Candidate} />` : null}`
}

/** @param {{ rules: any }} props */
function InForce({ rules }) {
  return html`${rules.refusal === null ? null : html`<p class="problem" role="alert">${t('rulesRefused', { reason: rules.refusal })}</p>`}
    <h2>${t('inWords')}</h2>
    <${Sentences} sentences=${rules.sentences} />
    <h2>${t('findings')}</h2>
    <${Findings} findings=${rules.findings} />`
}

/** @param {{ sentences: readonly string[] }} props */
function Sentences({ sentences }) {
  return html`<ul class="words" lang="en">
    ${sentences.map((sentence) => html`<li key=${sentence}>${sentence}</li>`)}
  </ul>`
}

/** @param {{ findings: readonly string[] }} props */
function Findings({ findings }) {
  if (findings.length === 0) return html`<p class="empty">${t('noFindings')}</p>`
  return html`<ul lang="en">
    ${findings.map((finding) => html`<li key=${finding}>${finding}</li>`)}
  </ul>`
}

/** Checks a routing file as the service would read it, without putting it in force. */
function Candidate() {
  const { account, onProblem } = useSurroundings()
  const [checked, setChecked] = useState(/** @type {any} */ (null))

  async function check(/** @type {any} */ event) {
    event.preventDefault()
    const text = event.target.elements.text.value
    await send('POST', `accounts/${account}/rules/check`, { text }).then(setChecked, onProblem)
  }

  return html`<h2>${t('checkCandidate')}</h2>
    <form onSubmit=${check}>
      <label>${t('candidateText')}<textarea name="text" rows="10" spellcheck="false" required></textarea></label>
      <button type="submit">${t('check')}</button>
    </form>
    <div role="status">
      ${
        checked === null
          ? null
          : checked.mistakes.length > 0
            ? html`<p class="problem">${t('mistakes')}</p>
                <ul lang="en">
                  ${checked.mistakes.map((/** @type {string} */ mistake) => html`<li key=${mistake}>${mistake}</li>`)}
                </ul>`
            : html`<p>${t('checkedFine')}</p>
                <${Sentences} sentences=${checked.sentences} />
                <h3>${t('findings')}</h3>
                <${Findings} findings=${checked.findings} />`
      }
    </div>`
}
