import type { FastifyRequest } from 'fastify'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that changes something comes from the page itself. Browsers say so in `Sec-Fetch-Site`
 * (w3.org/TR/fetch-metadata); without that, the `Origin` must be the public address. A request with neither is refused,
 * since a browser always sends one.
 */
export function isSameOrigin(request: FastifyRequest, publicUrl: URL | null): boolean {
  if (SAFE_METHODS.has(request.method)) return true
  const { 'sec-fetch-site': site, origin } = request.headers
  if (site !== undefined) return site === 'same-origin'
  return origin !== undefined && origin === (publicUrl?.origin ?? `${request.protocol}://${request.host}`)
}
