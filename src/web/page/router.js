import { useEffect, useState } from './vendor/hooks.js'

/**
 * The place in the page: `#/account/screen/id?query`. The fragment works behind every proxy, and is never sent to a
 * server.
 * @typedef {{ account: string | null, screen: string, id: string | null, query: Record<string, string> }} Place
 */

/** @returns {Place} */
export function usePlace() {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return readPlace(hash)
}

/** @param {string} hash @returns {Place} */
function readPlace(hash) {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [account = '', screen = '', id = ''] = path.split('/').map(decodeURIComponent)
  return {
    account: account === '' ? null : account,
    screen: screen === '' ? 'now' : screen,
    id: id === '' ? null : id,
    query: Object.fromEntries(new URLSearchParams(search)),
  }
}

/**
 * @param {string} account
 * @param {string} screen
 * @param {{ id?: string | number | null, query?: Record<string, string | number | null | undefined> }} [more]
 */
export function hrefOf(account, screen, { id = null, query = {} } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  const path = [account, screen, ...(id === null ? [] : [String(id)])].map(encodeURIComponent).join('/')
  return `#/${path}${search === '' ? '' : `?${search}`}`
}

/** @param {string} href */
export function go(href) {
  location.hash = href
}
