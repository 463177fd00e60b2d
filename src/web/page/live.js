/** The server says something every ten seconds; what is silent for longer is not connected, whatever the browser thinks. */
const SILENT_MS = 25_000
const LOOK_EVERY_MS = 2000

/**
 * Follows an account's changes for as long as the page is seen: a hidden page costs nothing.
 * @param {string} url of the event stream
 * @param {(what: 'change' | 'live' | 'lost') => void} tell
 * @returns {() => void} ends it
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
    // A browser gives up after an answer that is no stream, such as 401 or 503.
    if (isSilent || source.readyState === EventSource.CLOSED) open()
  }

  function followVisibility() {
    if (document.hidden) return close()
    open()
    // What changed meanwhile was not told.
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
