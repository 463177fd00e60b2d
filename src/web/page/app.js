import { useEffect, useMemo, useState } from './vendor/hooks.js'
import { apiUrl, get, send } from './api.js'
import { Surroundings, useAnswer } from './data.js'
import { Header } from './header.js'
import { html } from './html.js'
import { follow } from './live.js'
import { Connection } from './connection.js'
import { go, hrefOf, usePlace } from './router.js'
import { Login } from './screens/login.js'
import { SCREENS } from './screens.js'
import { language, setLanguage, t } from './words.js'

/** The whole page: the login, the account, the screen, and whether the figures are current. */
export function App() {
  const place = usePlace()
  const [session, setSession] = useState(/** @type {any} */ (undefined))
  const [problem, setProblem] = useState(/** @type {any} */ (null))
  const [version, setVersion] = useState(0)
  const [lostSince, setLostSince] = useState(/** @type {number | null} */ (null))
  const [, setChosen] = useState(language())

  function onProblem(/** @type {any} */ found) {
    if (found.status === 401) {
      setProblem(found)
      setSession(null)
    } else if (found.status === 0 || found.status >= 500) setLostSince((before) => before ?? Date.now())
  }

  useEffect(() => {
    get(apiUrl('session')).then(setSession, (found) => {
      setProblem(found)
      setSession(null)
    })
  }, [])

  const accounts = /** @type {readonly string[]} */ (session?.accounts ?? [])
  const account = accounts.find((name) => name === place.account) ?? accounts[0] ?? null

  useEffect(() => {
    if (account === null) return undefined
    return follow(apiUrl(`accounts/${account}/events`), (what) => {
      if (what === 'lost') setLostSince((before) => before ?? Date.now())
      else setLostSince(null)
      if (what === 'change') setVersion((before) => before + 1)
    })
  }, [account])

  // The figures that all screens need: the zone, the possible acts, and whether HelpCrunch answers.
  const nowUrl = account === null ? null : apiUrl(`accounts/${account}/now`)
  const { data: now } = useAnswer(nowUrl, version, onProblem)
  const Screen = SCREENS[place.screen]
  useEffect(() => {
    document.title = `${t(/** @type {any} */ (place.screen in SCREENS ? place.screen : 'now'))} · autoassign`
  }, [place.screen, language()])

  const zone = now?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const surroundings = useMemo(
    () => ({
      account: account ?? '',
      canAct: session?.role === 'operator',
      zone,
      version,
      now,
      chatUrl: now?.chatUrl ?? null,
      onProblem,
      refresh: () => setVersion((before) => before + 1),
    }),
    [account, session, zone, version, now],
  )

  async function logOut() {
    await send('DELETE', 'session').catch(() => undefined)
    setProblem(null)
    setSession(null)
  }

  function choose(/** @type {'en' | 'uk'} */ chosen) {
    setLanguage(chosen)
    setChosen(chosen)
  }

  if (session === undefined) return html`<p class="skeleton" aria-busy="true">${t('loading')}</p>`
  if (session === null || account === null)
    return html`<${Login}
      problem=${problem}
      onLanguage=${choose}
      onLogin=${(/** @type {any} */ found) => {
        setProblem(null)
        setLostSince(null)
        setSession(found)
      }}
    />`
  return html`<${Surroundings.Provider} value=${surroundings}>
    <${Header}
      place=${place}
      accounts=${accounts}
      session=${session}
      onLogOut=${logOut}
      onLanguage=${choose}
      onAccount=${(/** @type {string} */ name) => go(hrefOf(name, place.screen))}
    />
    <${Connection} lostSince=${lostSince} zone=${zone} />
    <p id="announcement" role="status" class="announcement"></p>
    <main id="content" tabindex="-1">
      ${Screen === undefined ? html`<h1>${t('notFound')}</h1>` : html`<${Screen} key=${`${account} ${place.screen}`} place=${place} now=${now} />`}
    </main>
  <//>`
}
