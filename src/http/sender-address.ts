import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { FastifyRequest } from 'fastify'

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The address that a request counts for: of IPv6 the first 64 bits, since one machine has all the rest to itself
 * (RFC 4291, 2.5.4). Behind proxies that are not in TRUSTED_PROXIES it is the proxy's.
 */
export function senderAddress(request: FastifyRequest): string {
  // What a proxy forwards may be any text. Only an address is believed.
  return countedAddress(request.ip) ?? countedAddress(request.socket.remoteAddress ?? '') ?? 'unknown'
}

/** @returns `null` for what is not an address */
export function countedAddress(text: string): string | null {
  const [, mapped] = MAPPED_IPV4.exec(text) ?? []
  const address = mapped ?? text
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return null
  return `${firstGroups(withoutScope(address))}::/64`
}

/** `fe80::1%eth0` → `fe80::1` */
function withoutScope(address: string): string {
  return address.split('%')[0] ?? address
}

/** The first four groups, whatever was left out or written with leading zeros. */
function firstGroups(address: string): string {
  const { address: shortest } = new SocketAddress({ address, family: 'ipv6' })
  const [head = '', tail] = shortest.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  return groups.slice(0, 4).join(':')
}
