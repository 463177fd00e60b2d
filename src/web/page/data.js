import { createContext } from './vendor/preact.js'
import { useContext, useEffect, useRef, useState } from './vendor/hooks.js'
import { get } from './api.js'

/**
 * The context that all screens share.
 * @typedef {{
 *   account: string, canAct: boolean, zone: string, version: number, chatUrl: string | null,
 *   now: any, onProblem: (problem: any) => void, refresh: () => void,
 * }} Surroundings
 */
export const Surroundings = createContext(/** @type {Surroundings} */ (/** @type {unknown} */ (null)))

/** @returns {Surroundings} */
export function useSurroundings() {
  return useContext(Surroundings)
}

/** Changes within this time are shown together where an answer is expensive for the service. */
const CALM_MS = 60_000

/**
 * Reads an answer of the API, and again after each change. The old data stays until the new data arrives. During a
 * request no other one is sent, however much changes.
 * @param {string | null} url `null`: no request
 * @returns {{ data: any, problem: any }}
 */
export function useData(url) {
  const { version, onProblem } = useSurroundings()
  return useAnswer(url, version, onProblem)
}

/**
 * The same for answers that are expensive for the service and do not change with each chat: read again once a minute,
 * and
 * when the policy changes.
 * @param {string | null} url `null`: no request
 */
export function useCalmData(url) {
  const { version, onProblem, now } = useSurroundings()
  const rules = `${now?.rulesVersion} ${now?.rulesRefusal}`
  const shown = useRef({ version, at: Date.now(), rules })
  if (shown.current.rules !== rules || Date.now() - shown.current.at >= CALM_MS)
    shown.current = { version, at: Date.now(), rules }
  return useAnswer(url, shown.current.version, onProblem)
}

/**
 * @param {string | null} url
 * @param {number} version a new one causes a new request
 * @param {(problem: any) => void} onProblem
 * @returns {{ data: any, problem: any }}
 */
export function useAnswer(url, version, onProblem) {
  const [state, setState] = useState(/** @type {Answer} */ ({ url: null, data: null, problem: null }))
  const asking = useRef(/** @type {{ url: string, isOld: boolean } | null} */ (null))

  async function ask(/** @type {string} */ from) {
    const mine = { url: from, isOld: false }
    asking.current = mine
    do {
      mine.isOld = false
      try {
        const data = await get(from)
        if (asking.current === mine) setState({ url: from, data, problem: null })
      } catch (problem) {
        if (asking.current !== mine) return
        setState((before) => ({ url: from, data: before.url === from ? before.data : null, problem }))
        onProblem(problem)
        break
      }
    } while (asking.current === mine && mine.isOld)
    if (asking.current === mine) asking.current = null
  }

  useEffect(() => {
    if (url === null) return
    if (asking.current?.url === url) asking.current.isOld = true
    else void ask(url)
  }, [url, version])
  useEffect(() => () => void (asking.current = null), [])
  return url === state.url ? state : { data: null, problem: null }
}

/** @typedef {{ url: string | null, data: any, problem: any }} Answer */

/**
 * A list that is read page by page; pages that were read stay visible.
 * @param {(after: string | null) => string} urlOf
 */
export function useList(urlOf) {
  const [pages, setPages] = useState(/** @type {readonly (string | null)[]} */ ([null]))
  const first = urlOf(null)
  useEffect(() => setPages([null]), [first])
  return { pages, more: (/** @type {string} */ next) => setPages([...pages, next]) }
}
