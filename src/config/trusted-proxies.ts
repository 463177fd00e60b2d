import { isIPv4, isIPv6 } from 'node:net'

/** Names of networks in proxy-addr (github.com/jshttp/proxy-addr). */
const NAMED = new Set(['loopback', 'linklocal', 'uniquelocal'])

/**
 * Reads the addresses and networks in TRUSTED_PROXIES.
 * @returns `null` if an entry is neither
 */
export function trustedProxiesIn(value: string): readonly string[] | null {
  const parts = value.split(',').map((part) => part.trim())
  return parts.every(isNetwork) ? parts : null
}

function isNetwork(text: string): boolean {
  if (NAMED.has(text)) return true
  const [address = '', bits, ...rest] = text.split('/')
  const maxBits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  const isWhole = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= maxBits)
  return maxBits > 0 && rest.length === 0 && isWhole
}
