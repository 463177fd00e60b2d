import { hkdfSync } from 'node:crypto'
import type { AccessSettings, Identity, Role } from './contract.ts'

/**
 * The session's cookie, visible to the page's own origin only (`__Host-`: with `Secure`, without a domain, for all
 * paths).
 */
export const SESSION_COOKIE = '__Host-autoassign'
/** The length of a session: people log in again after a working day. */
export const SESSION_MS = 12 * 60 * 60_000

interface Session {
  readonly who: string
  readonly role: Role
  readonly accounts: readonly string[] | null
  readonly expiresAt: number
}

/**
 * The key that signs sessions, derived from the tokens: all instances have the same key, and changing a token ends all
 * sessions.
 * @returns `null` without tokens, since there are no sessions then
 */
export function sessionKeyOf({ tokens }: AccessSettings): string | null {
  if (tokens.length === 0) return null
  const secret = JSON.stringify(tokens.map((token) => [token.name, token.secret]))
  return Buffer.from(hkdfSync('sha256', secret, '', 'helpcrunch-autoassign session', 32)).toString('base64url')
}

/** The cookie's value before it is signed. */
export function writeSession({ who, role, accounts }: Identity, now: number): string {
  const session: Session = { who, role, accounts, expiresAt: now + SESSION_MS }
  return Buffer.from(JSON.stringify(session)).toString('base64url')
}

/**
 * Reads a session.
 * @param value the cookie's value, whose signature was verified
 * @returns `null` if the session has expired
 */
export function readSession(value: string, now: number): Identity | null {
  const { who, role, accounts, expiresAt } = JSON.parse(Buffer.from(value, 'base64url').toString()) as Session
  return expiresAt > now ? { who, role, accounts, via: 'session' } : null
}
