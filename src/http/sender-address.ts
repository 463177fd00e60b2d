import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import type { FastifyRequest } from 'fastify'

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/**
 * The address that a request counts for: of IPv6 the first 64 bits, since one machine has all addresses with these (RFC
 * 4291, 2.5.4). Behind a proxy that is not in TRUSTED_PROXIES it is the proxy's.
 */
export function senderAddress(request: FastifyRequest): string {
  // A proxy may forward any text. Only an address counts.
  return countedAddress(request.ip) ?? countedAddress(request.socket.remoteAddress ?? '') ?? 'unknown'
}

/**
 * The part of an address that is counted.
 * @returns `null` for other text
 */
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

/** The first four groups of an IPv6 address, however it is abbreviated. */
function firstGroups(address: string): string {
  const { address: shortest } = new SocketAddress({ address, family: 'ipv6' })
  const [head = '', tail] = shortest.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - left.length - right.length
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  return groups.slice(0, 4).join(':')
}
