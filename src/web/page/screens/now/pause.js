import { useState } from '../../vendor/hooks.js'
import { apiUrl } from '../../api.js'
import { useData, useSurroundings } from '../../data.js'
import { addDays, dateOf, startOfDate } from '../../format.js'
import { html } from '../../html.js'
import { ActDialog } from '../../parts/dialog.js'
import { Missing } from '../../parts/state.js'
import { t } from '../../words.js'

const QUARTER_MS = 15 * 60_000

/**
 * When each kind of pause ends; `null`: not by itself.
 * @type {readonly (readonly [any, (zone: string) => number | null])[]}
 */
const ENDS = [
  ['pauseShort', () => Date.now() + QUARTER_MS],
  ['pauseLunch', () => Date.now() + 4 * QUARTER_MS],
  ['pauseDay', (zone) => startOfDate(addDays(dateOf(Date.now(), zone), 1), zone)],
  ['pauseOpen', () => null],
]

/**
 * Pauses an agent until a time, with or without a hand-over of the agent's chats.
 * @param {{ agent: any, onClose: () => void }} props
 */
export function PauseDialog({ agent, onClose }) {
  const { account, zone } = useSurroundings()
  const [kind, setKind] = useState('pauseDay')
  const [until, setUntil] = useState('')
  const [isHandedOver, setIsHandedOver] = useState(false)
  const path = `accounts/${account}/agents/${agent.agentId}`

  function request() {
    const chosen = ENDS.find(([name]) => name === kind)
    const end = chosen === undefined ? readLocal(until, zone) : chosen[1](zone)
    const pause = { path: `${path}/pause`, body: { until: end } }
    return isHandedOver ? [pause, { path: `${path}/hand-over`, body: {} }] : [pause]
  }

  return html`<${ActDialog}
    title=${t('pauseWho', { name: agent.agentName })}
    action=${t('pause')}
    onClose=${onClose}
    request=${request}
  >
    <fieldset>
      <legend>${t('howLong')}</legend>
      ${[...ENDS.map(([name]) => name), 'pauseUntil'].map(
        (name) =>
          html`<label key=${name} class="choice"
            ><input
              type="radio"
              name="end"
              value=${name}
              checked=${name === kind}
              onChange=${() => setKind(name)}
            />${' '}${t(name)}</label
          >`,
      )}
      ${kind === 'pauseUntil' ? html`<input type="datetime-local" required aria-label=${t('pauseUntil')} value=${until} onInput=${(/** @type {any} */ event) => setUntil(event.target.value)} />` : null}
    </fieldset>
    <label class="choice"
      ><input
        type="checkbox"
        checked=${isHandedOver}
        onChange=${() => setIsHandedOver(!isHandedOver)}
      />${' '}${t('handOver', { name: agent.agentName })}</label
    >
    ${isHandedOver ? html`<${Preview} url=${apiUrl(`${path}/hand-over`)} />` : null}
  <//>`
}

/** Shows which agents would get the agent's chats by the policy in force. @param {{ url: string }} props */
function Preview({ url }) {
  const { data, problem } = useData(url)
  const { account, zone } = useSurroundings()
  const { data: agents } = useData(apiUrl(`accounts/${account}/agents`, { limit: 500, zone }))
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  if (data.items.length === 0) return html`<p class="empty">${t('noChatsHeld')}</p>`
  const nameOf = (/** @type {number} */ id) =>
    agents?.items.find((/** @type {any} */ agent) => agent.agentId === id)?.agentName ?? '?'
  return html`<ul class="preview" tabindex="0" aria-label=${t('preview')}>
    ${data.items.map((/** @type {any} */ { chatId, agentId }) => html`<li key=${chatId}>${t('chat')} ${chatId}: ${agentId === null ? t('wouldWait') : `${nameOf(agentId)} (${agentId})`}</li>`)}
  </ul>`
}

/** @param {{ agent: any, onClose: () => void }} props */
export function ResumeDialog({ agent, onClose }) {
  const { account } = useSurroundings()
  const request = () => [{ path: `accounts/${account}/agents/${agent.agentId}/resume`, body: {} }]
  return html`<${ActDialog}
    title=${t('resumeWho', { name: agent.agentName })}
    action=${t('resume')}
    onClose=${onClose}
    request=${request}
  />`
}

/** Reads local time as typed, such as `2026-12-01T14:00`. @param {string} text @param {string} zone */
function readLocal(text, zone) {
  const [date = '', time = ''] = text.split('T')
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return startOfDate(date, zone) + (hours * 60 + minutes) * 60_000
}
