/**
 * The server sends an event every ten seconds. A longer silence means a lost connection, whatever the browser reports.
 */
const SILENT_MS = 25_000
const LOOK_EVERY_MS = 2000

/**
 * Follows an account's changes while the page is visible: a hidden page costs nothing.
 * @param {string} url of the event stream
 * @param {(what: 'change' | 'live' | 'lost') => void} tell
 * @returns {() => void} stops following
 */
export function follow(url, tell) {
  /** @type {EventSource | null} */
  let source = null
  let heardAt = Date.now()

  function open() {
    source?.close()
    heardAt = Date.now()
    source = new EventSource(url)
    const hear = () => {
      heardAt = Date.now()
      tell('live')
    }
    source.addEventListener('beat', hear)
    source.addEventListener('change', () => {
      hear()
      tell('change')
    })
    source.addEventListener('error', () => tell('lost'))
  }

  function close() {
    source?.close()
    source = null
  }

  function look() {
    if (source === null) return
    const isSilent = Date.now() - heardAt > SILENT_MS
    if (isSilent) tell('lost')
    // A browser stops after an answer that is no stream, such as 401 or 503.
    if (isSilent || source.readyState === EventSource.CLOSED) open()
  }

  function followVisibility() {
    if (document.hidden) return close()
    open()
    // No change was announced while the page was hidden.
    tell('change')
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  document.addEventListener('visibilitychange', followVisibility)
  if (!document.hidden) open()
  return () => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', followVisibility)
    close()
  }
}
