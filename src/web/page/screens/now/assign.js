import { useState } from '../../vendor/hooks.js'
import { apiUrl } from '../../api.js'
import { useData, useSurroundings } from '../../data.js'
import { html } from '../../html.js'
import { ActDialog } from '../../parts/dialog.js'
import { t } from '../../words.js'

/** Assigns a chat to an agent that an operator chooses. @param {{ chatId: number, onClose: () => void }} props */
export function AssignDialog({ chatId, onClose }) {
  const { account, zone } = useSurroundings()
  const { data } = useData(apiUrl(`accounts/${account}/agents`, { limit: 500, zone }))
  const [agentId, setAgentId] = useState('')
  const request = () =>
    agentId === '' ? [] : [{ path: `accounts/${account}/chats/${chatId}/assign`, body: { agentId: Number(agentId) } }]
  return html`<${ActDialog}
    title=${t('giveWhat', { id: chatId })}
    action=${t('give')}
    onClose=${onClose}
    request=${request}
  >
    <label
      >${t('agent')}
      <select required value=${agentId} onChange=${(/** @type {any} */ event) => setAgentId(event.target.value)}>
        <option value=""></option>
        ${(data?.items ?? []).map((/** @type {any} */ agent) => html`<option key=${agent.agentId} value=${agent.agentId}>${agent.agentName} (${agent.agentId}) · ${agent.load}${agent.capacity === null ? '' : `/${agent.capacity}`}</option>`)}
      </select></label
    >
  <//>`
}

/** Has a chat decided again now. @param {{ chatId: number, onClose: () => void }} props */
export function LookAgainDialog({ chatId, onClose }) {
  const { account } = useSurroundings()
  const request = () => [{ path: `accounts/${account}/chats/${chatId}/look-again`, body: {} }]
  return html`<${ActDialog}
    title=${t('lookAgainAt', { id: chatId })}
    action=${t('lookAgain')}
    onClose=${onClose}
    request=${request}
  />`
}
