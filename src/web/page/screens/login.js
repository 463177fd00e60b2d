import { useState } from '../vendor/hooks.js'
import { send } from '../api.js'
import { Language } from '../header.js'
import { html } from '../html.js'
import { t } from '../words.js'

/**
 * Starts a session with a token and a name. The token is sent once, and not kept.
 * @param {{ problem: any, onLogin: (session: any) => void, onLanguage: (chosen: any) => void }} props
 */
export function Login({ problem, onLogin, onLanguage }) {
  const [failure, setFailure] = useState(/** @type {string | null} */ (null))

  async function submit(/** @type {any} */ event) {
    event.preventDefault()
    const { token, name } = event.target.elements
    await send('POST', 'session', { token: token.value, name: name.value }).then(onLogin, (found) =>
      setFailure(found.message),
    )
  }

  if (problem?.code === 'no_login_configured')
    return html`<main id="content" class="login">
      <h1>${t('noLogin')}</h1>
      <p>${t('noLoginHow')}</p>
      <pre>ADMIN_TOKEN=$(openssl rand -hex 16)</pre>
      <${Language} onLanguage=${onLanguage} />
    </main>`
  return html`<main id="content" class="login">
    <h1>autoassign</h1>
    ${problem?.code === 'session_expired' ? html`<p role="status">${t('sessionExpired')}</p>` : null}
    ${window.isSecureContext ? null : html`<p class="problem">${t('notSecure')}</p>`}
    <form onSubmit=${submit}>
      <label
        >${t('token')}<input
          name="token"
          type="password"
          required
          autocomplete="current-password"
          aria-describedby="token-hint"
      /></label>
      <p id="token-hint" class="hint">${t('tokenHint')}</p>
      <label>${t('yourName')}<input name="name" maxlength="100" autocomplete="name" /></label>
      ${failure === null ? null : html`<p class="problem" role="alert">${failure}</p>`}
      <button type="submit" class="main">${t('logIn')}</button>
    </form>
    <${Language} onLanguage=${onLanguage} />
  </main>`
}
