import { html } from '../html.js'
import { t } from '../words.js'
import { Agents } from './now/agents.js'
import { Figures } from './now/figures.js'
import { Waiting } from './now/waiting.js'

/** Waiting chats, the agents' loads, and the state of the account. @param {{ place: any, now: any }} props */
export function Now({ place, now }) {
  return html`<h1>${t('now')}</h1>
    <${Figures} now=${now} />
    <${Waiting} place=${place} now=${now} />
    <${Agents} place=${place} />`
}
