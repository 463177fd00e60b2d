/**
 * Headers for every answer (owasp.org, HTTP Headers Cheat Sheet). An answer of the API is no page: it may load nothing,
 * no page may frame it, and no cache may keep it. A route that serves a page replaces this policy.
 * `Strict-Transport-Security` is for the proxy with TLS.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const
