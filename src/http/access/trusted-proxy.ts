import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { AccessSettings, Identity } from './contract.ts'

/** Makes the list in which a proxy's address is looked up. */
export function createProxyList(addresses: readonly string[]): BlockList {
  const list = new BlockList()
  for (const address of addresses) {
    const [host = '', bits] = address.split('/')
    const family = isIP(host) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(host, family)
    else list.addSubnet(host, Number(bits), family)
  }
  return list
}

/**
 * The person whom a trusted proxy names, or `null`. The proxy is recognised only by the address of the socket's other
 * end, because any client can write headers. A header that is missing, empty or repeated names no person.
 */
export function readSignOn(
  request: FastifyRequest,
  { singleSignOn }: AccessSettings,
  proxies: BlockList,
): Identity | null {
  if (singleSignOn === null) return null
  const peer = request.socket.remoteAddress ?? ''
  const isTrusted = isIP(peer) !== 0 && proxies.check(peer, isIP(peer) === 6 ? 'ipv6' : 'ipv4')
  if (!isTrusted) return null
  const values = valuesOf(request.raw.rawHeaders, singleSignOn.userHeader)
  const who = values[0]?.trim() ?? ''
  if (values.length !== 1 || !/^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(who)) return null
  const role = singleSignOn.operators.includes(who) ? 'operator' : 'viewer'
  return { who, role, accounts: null, via: 'single sign-on' }
}

/** All values of a header: Node would join repeated ones. */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.flatMap((header, index) =>
    index % 2 === 0 && header.toLowerCase() === name ? [rawHeaders[index + 1] ?? ''] : [],
  )
}
