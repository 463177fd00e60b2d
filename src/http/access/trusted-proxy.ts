import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { AccessSettings, Identity } from './contract.ts'

/** The proxies whose headers count, as a list that addresses are looked up in. */
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
 * Who a trusted proxy says that this is, or `null`. The proxy is known by the address of the socket's other end alone: whatever
 * stands in a header, anyone may write. A header that is missing, empty or there twice names no person.
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

/** Node joins headers that are there twice; here they are counted. */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.flatMap((header, index) =>
    index % 2 === 0 && header.toLowerCase() === name ? [rawHeaders[index + 1] ?? ''] : [],
  )
}
