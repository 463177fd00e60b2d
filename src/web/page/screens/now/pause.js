import { useState } from '../../vendor/hooks.js'
import { useSurroundings } from '../../data.js'
import { addDays, dateOf, startOfDate } from '../../format.js'
import { html } from '../../html.js'
import { ActDialog } from '../../parts/dialog.js'
import { t } from '../../words.js'

const QUARTER_MS = 15 * 60_000

/** When each kind of pause ends; `null`: not by itself. @type {readonly (readonly [any, (zone: string) => number | null])[]} */
const ENDS = [
  ['pauseShort', () => Date.now() + QUARTER_MS],
  ['pauseLunch', () => Date.now() + 4 * QUARTER_MS],
  ['pauseDay', (zone) => startOfDate(addDays(dateOf(Date.now(), zone), 1), zone)],
  ['pauseOpen', () => null],
]

/** @param {{ agent: any, onClose: () => void }} props */
export function PauseDialog({ agent, onClose }) {
  const { account, zone } = useSurroundings()
  const [kind, setKind] = useState('pauseLunch')
  const [until, setUntil] = useState('')

  function request() {
    const chosen = ENDS.find(([name]) => name === kind)
    const end = chosen === undefined ? readLocal(until, zone) : chosen[1](zone)
    return { path: `accounts/${account}/agents/${agent.agentId}/pause`, body: { until: end } }
  }

  return html`<${ActDialog}
    title=${t('pauseWho', { name: agent.agentName })}
    action=${t('pause')}
    onClose=${onClose}
    request=${request}
  >
    <p>${t('pauseExplained', { name: agent.agentName })}</p>
    <fieldset>
      <legend>${t('howLong')}</legend>
      ${[...ENDS.map(([name]) => name), 'pauseUntil'].map(
        (name) =>
          html`<label key=${name} class="choice"
            ><input type="radio" name="end" value=${name} checked=${name === kind} onChange=${() => setKind(name)} />
            ${t(name)}</label
          >`,
      )}
      ${kind === 'pauseUntil' ? html`<input type="datetime-local" required aria-label=${t('pauseUntil')} value=${until} onInput=${(/** @type {any} */ event) => setUntil(event.target.value)} />` : null}
    </fieldset>
  <//>`
}

/** @param {{ agent: any, onClose: () => void }} props */
export function ResumeDialog({ agent, onClose }) {
  const { account } = useSurroundings()
  const request = () => ({ path: `accounts/${account}/agents/${agent.agentId}/resume`, body: {} })
  return html`<${ActDialog}
    title=${t('resumeWho', { name: agent.agentName })}
    action=${t('resume')}
    onClose=${onClose}
    request=${request}
  />`
}

/** Local time as it is typed, such as `2026-12-01T14:00`. @param {string} text @param {string} zone */
function readLocal(text, zone) {
  const [date = '', time = ''] = text.split('T')
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return startOfDate(date, zone) + (hours * 60 + minutes) * 60_000
}
