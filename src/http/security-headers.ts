/**
 * For every answer (owasp.org, HTTP Headers Cheat Sheet). An answer of the API is no page: nothing may be loaded by it, no
 * other page may frame it, no cache may keep it. A route that serves a page sets its own policy over this one.
 * `Strict-Transport-Security` is for the proxy that does TLS.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const
