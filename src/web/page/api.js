/** The path under which the page is shown, such as `/` or `/autoassign/`. */
const BASE = document.querySelector('meta[name="base"]')?.getAttribute('content') ?? '/'

/** An error answer of the API, with its message. */
class ApiProblem extends Error {
  /**
   * @param {number} status 0: there was no answer
   * @param {string} code
   * @param {string} message
   */
  constructor(status, code, message) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * @param {string} path below `/api/v1/`
 * @param {Record<string, string | number | null | undefined>} [query] what is empty is left out
 */
export function apiUrl(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return `${BASE}api/v1/${path}${search === '' ? '' : `?${search}`}`
}

/**
 * @param {string} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export function get(url, signal) {
  return request(url, signal === undefined ? {} : { signal })
}

/**
 * Sends an act. If the answer gets lost, a second request with the same key is the same act.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {string} [key]
 * @returns {Promise<any>}
 */
export function send(method, path, body, key = crypto.randomUUID()) {
  return request(apiUrl(path), {
    method,
    headers: { 'idempotency-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** @param {string} url @param {RequestInit} options */
async function request(url, options) {
  let response
  try {
    response = await fetch(url, options)
  } catch (error) {
    if (options.signal?.aborted === true) throw error
    throw new ApiProblem(0, 'no_connection', 'no connection')
  }
  if (response.status === 204) return null
  if (response.ok) return response.json()
  const body = await response.json().catch(() => ({}))
  const { code = 'unexpected', message = `HTTP ${response.status}` } = body.error ?? {}
  throw new ApiProblem(response.status, code, message)
}
