import { useState } from '../../vendor/hooks.js'
import { useSurroundings } from '../../data.js'
import { html } from '../../html.js'
import { ActDialog } from '../../parts/dialog.js'
import { t } from '../../words.js'

/**
 * Limits an agent's new chats today; an empty field removes the limit.
 * @param {{ agent: any, onClose: () => void }} props
 */
export function LimitDialog({ agent, onClose }) {
  const { account } = useSurroundings()
  const [most, setMost] = useState('')
  const body = { most: most === '' ? null : Number(most) }
  const request = () => [{ path: `accounts/${account}/agents/${agent.agentId}/most-today`, body }]
  return html`<${ActDialog}
    title=${t('limitWho', { name: agent.agentName })}
    action=${t('limit')}
    onClose=${onClose}
    request=${request}
  >
    <label
      >${t('mostToday')}<input
        type="number"
        min="0"
        max="10000"
        value=${most}
        onInput=${(/** @type {any} */ event) => setMost(event.target.value)}
    /></label>
    <p class="hint">${t('givenToday')}: ${agent.givenToday}</p>
  <//>`
}
