import { html } from './html.js'
import { hrefOf } from './router.js'
import { SCREENS } from './screens.js'
import { language, t } from './words.js'

/**
 * The menu and the login.
 * @param {{ place: any, accounts: readonly string[], session: any, onLogOut: () => void, onLanguage: (chosen: any) =>
 * void, onAccount: (name: string) => void }} props
 */
export function Header({ place, accounts, session, onLogOut, onLanguage, onAccount }) {
  const account = accounts.find((name) => name === place.account) ?? accounts[0] ?? ''
  const shown = Object.keys(SCREENS).filter((screen) => screen !== 'accounts' || accounts.length > 1)
  return html`<header>
    <a
      class="skip"
      href="#content"
      onClick=${(/** @type {Event} */ event) => {
        event.preventDefault()
        document.getElementById('content')?.focus()
      }}
      >${t('skip')}</a
    >
    <nav aria-label=${t('screens')}>
      ${shown.map(
        (screen) =>
          html`<a key=${screen} href=${hrefOf(account, screen)} aria-current=${screen === place.screen ? 'page' : null}
            >${t(/** @type {any} */ (screen))}</a
          >`,
      )}
    </nav>
    <div class="who">
      ${
        accounts.length > 1
          ? html`<label class="inline"
              ><span class="hidden">${t('account')}</span>
              <select value=${account} onChange=${(/** @type {any} */ event) => onAccount(event.target.value)}>
                ${accounts.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
              </select></label
            >`
          : null
      }
      <${Language} onLanguage=${onLanguage} />
      <span class="name">${session.who}</span>
      ${session.canLogOut ? html`<button type="button" onClick=${onLogOut}>${t('logOut')}</button>` : null}
    </div>
  </header>`
}

/** @param {{ onLanguage: (chosen: any) => void }} props */
export function Language({ onLanguage }) {
  return html`<label class="inline"
    ><span class="hidden">${t('language')}</span>
    <select value=${language()} onChange=${(/** @type {any} */ event) => onLanguage(event.target.value)}>
      <option value="en" lang="en">English</option>
      <option value="uk" lang="uk">Українська</option>
    </select></label
  >`
}
