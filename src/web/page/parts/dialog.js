import { useEffect, useRef, useState } from '../vendor/hooks.js'
import { send } from '../api.js'
import { useSurroundings } from '../data.js'
import { html } from '../html.js'
import { t } from '../words.js'

/**
 * Asks for confirmation, performs an act, and shows the result. The browser keeps the focus inside, and Escape closes
 * it.
 * @param {{
 *   title: string, action: string, children?: any, onClose: () => void,
 *   request: () => readonly { path: string, body: object }[],
 * }} props
 */
export function ActDialog({ title, action, children, onClose, request }) {
  const { refresh, onProblem } = useSurroundings()
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null))
  const [reason, setReason] = useState('')
  const [failure, setFailure] = useState(/** @type {string | null} */ (null))
  // A retry after a lost answer is the same act; changed input is another act.
  const tried = useRef(/** @type {{ key: string, asked: readonly { path: string, body: object }[] } | null} */ (null))
  const [isSending, setIsSending] = useState(false)
  useEffect(() => dialog.current?.showModal(), [])

  async function submit(/** @type {Event} */ event) {
    event.preventDefault()
    const asked = tried.current?.asked ?? request().map(({ path, body }) => ({ path, body: { ...body, reason } }))
    if (asked.length === 0 || isSending) return
    const { key } = (tried.current ??= { key: crypto.randomUUID(), asked })
    setIsSending(true)
    try {
      const messages = []
      for (const [place, { path, body }] of asked.entries()) {
        const { message } = await send('POST', path, body, `${key}-${place}`)
        messages.push(message)
      }
      announce(t('done', { message: messages.join('; ') }))
      refresh()
      onClose()
    } catch (/** @type {any} */ problem) {
      const isAnswered = problem.status > 0 && problem.status < 500
      if (isAnswered) tried.current = null
      setFailure(t('notDone', { message: problem.message }))
      onProblem(problem)
    } finally {
      setIsSending(false)
    }
  }

  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="dialog-title">
    <form onSubmit=${submit} onInput=${() => (tried.current = null)}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      <label
        >${t('whyOptional')}<input
          name="reason"
          maxlength="500"
          value=${reason}
          onInput=${(/** @type {any} */ event) => setReason(event.target.value)}
      /></label>
      ${failure === null ? null : html`<p class="problem" role="alert">${failure}</p>`}
      <div class="buttons">
        <button type="submit" class="main" disabled=${isSending}>${action}</button>
        <button type="button" onClick=${() => dialog.current?.close()}>${t('cancel')}</button>
      </div>
    </form>
  </dialog>`
}

/** Announces the result, also to screen readers. @param {string} message */
function announce(message) {
  const status = document.getElementById('announcement')
  if (status !== null) status.textContent = message
}
