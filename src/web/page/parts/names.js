import { useSurroundings } from '../data.js'
import { html } from '../html.js'
import { hrefOf } from '../router.js'
import { t } from '../words.js'

/** A name with its id beside it. @param {{ id: number | null, name: string | null | undefined }} props */
export function Named({ id, name }) {
  if (id === null) return html`<span>${name ?? '–'}</span>`
  return html`<span class="named">${name ?? '?'} <span class="id">${id}</span></span>`
}

/** Links to a chat's screen here and to its page in HelpCrunch. @param {{ id: number }} props */
export function ChatLinks({ id }) {
  const { account, chatUrl } = useSurroundings()
  return html`<span class="chat-links">
    <a href=${hrefOf(account, 'chat', { id })}>${id}</a>
    ${
      chatUrl === null
        ? null
        : html`<a
            class="outside"
            href=${chatUrl.replace('{id}', String(id))}
            target="_blank"
            rel="noreferrer"
            aria-label=${t('openInHelpCrunch', { id })}
            title=${t('openInHelpCrunch', { id })}
            >↗</a
          >`
    }
  </span>`
}
