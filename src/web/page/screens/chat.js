import { useState } from '../vendor/hooks.js'
import { apiUrl } from '../api.js'
import { useData, useSurroundings } from '../data.js'
import { html } from '../html.js'
import { shortTime } from '../format.js'
import { Missing } from '../parts/state.js'
import { go, hrefOf } from '../router.js'
import { t } from '../words.js'
import { Decision } from './chat/decision.js'
import { Timeline } from './chat/timeline.js'

/** A chat, its assignee, and the reason. @param {{ place: any }} props */
export function Chat({ place }) {
  const { account } = useSurroundings()
  const [typed, setTyped] = useState(place.id ?? '')
  return html`<h1>${place.id === null ? t('chat') : t('chatTitle', { id: place.id })}</h1>
    <form
      role="search"
      class="find"
      onSubmit=${(/** @type {Event} */ event) => {
        event.preventDefault()
        go(hrefOf(account, 'chat', { id: String(typed).trim() }))
      }}
    >
      <label class="inline"
        >${t('findChat')}
        <input
          inputmode="numeric"
          pattern="[0-9]+"
          required
          value=${typed}
          onInput=${(/** @type {any} */ event) => setTyped(event.target.value)}
      /></label>
      <button type="submit">${t('find')}</button>
    </form>
    ${place.id === null ? html`<p class="empty">${t('chatHow')}</p>` : html`<${Found} key=${place.id} id=${place.id} />`}`
}

/** @param {{ id: string }} props */
function Found({ id }) {
  const { account } = useSurroundings()
  const { data, problem } = useData(apiUrl(`accounts/${account}/chats/${encodeURIComponent(id)}`))
  if (data === null) return html`<${Missing} data=${data} problem=${problem} />`
  const decisions = data.assignments.flatMap((/** @type {any} */ assignment) => assignment.decisions).toReversed()
  const [latest, ...earlier] = decisions
  return html`<${Facts} chat=${data} latest=${latest} />
    ${latest === undefined ? html`<p>${t('neverNeeded')}</p>` : html`<${Decision} decision=${latest} names=${data.agentNames} />`}
    <h2>${t('timeline')}</h2>
    <${Timeline} chat=${data} />
    ${
      earlier.length === 0
        ? null
        : html`<details>
            <summary>${t('decisionsBefore')} (${earlier.length})</summary>
            ${earlier.map((/** @type {any} */ decision) => html`<${Decision} key=${decision.decidedAt} decision=${decision} names=${data.agentNames} />`)}
          </details>`
    }
    <details>
      <summary>${t('asText')}</summary>
      <pre lang="en" tabindex="0">${data.words}</pre>
    </details>`
}

/** @param {{ chat: any, latest: any }} props */
function Facts({ chat, latest }) {
  const { zone } = useSurroundings()
  const { agent, department, labels, isAssignedByUs, restingSince, answerDueAt } = chat
  const name = agent === null ? '' : `${agent.name ?? '?'} (${agent.id})`
  const who = agent === null ? t('noneHasIt') : t(isAssignedByUs ? 'hasItFromUs' : 'hasIt', { name })
  return html`<p class="sentence">
      <strong>${who}</strong>
      ${restingSince === null ? '' : ` ${t('rests')}`}
      ${answerDueAt === null ? '' : ` ${t('answerDue', { time: shortTime(answerDueAt, zone) })}`}
      ${latest === undefined ? null : html` <span lang="en">${latest.summary}</span>`}
    </p>
    <dl class="facts">
      <div>
        <dt>${t('status')}</dt>
        <dd>${chat.status}</dd>
      </div>
      <div>
        <dt>${t('department')}</dt>
        <dd>${department === null ? t('noDepartment') : `${department.name ?? '?'} (${department.id})`}</dd>
      </div>
      <div>
        <dt>${t('channel')}</dt>
        <dd>${chat.channel}</dd>
      </div>
      <div>
        <dt>${t('labels')}</dt>
        <dd>${labels.join(', ') || '–'}</dd>
      </div>
      ${
        chat.chatUrl === null
          ? null
          : html`<div>
              <dt>HelpCrunch</dt>
              <dd>
                <a href=${chat.chatUrl} target="_blank" rel="noreferrer"
                  >${t('openInHelpCrunch', { id: chat.chatId })}</a
                >
              </dd>
            </div>`
      }
    </dl>`
}
