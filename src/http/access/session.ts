import { hkdfSync } from 'node:crypto'
import type { AccessSettings, Identity, Role } from './contract.ts'

/** Only the page's own origin sees it (`__Host-`: with `Secure`, without a domain, for all paths). */
export const SESSION_COOKIE = '__Host-autoassign'
/** After a working day people log in again. */
export const SESSION_MS = 12 * 60 * 60_000

interface Session {
  readonly who: string
  readonly role: Role
  readonly accounts: readonly string[] | null
  readonly expiresAt: number
}

/**
 * The key that signs sessions, made of the tokens: all instances have the same one, and a changed token ends all sessions.
 * @returns `null` where there is no token, and so no session
 */
export function sessionKeyOf({ tokens }: AccessSettings): string | null {
  if (tokens.length === 0) return null
  const secret = JSON.stringify(tokens.map((token) => [token.name, token.secret]))
  return Buffer.from(hkdfSync('sha256', secret, '', 'helpcrunch-autoassign session', 32)).toString('base64url')
}

/** What the cookie holds, before it is signed. */
export function writeSession({ who, role, accounts }: Identity, now: number): string {
  const session: Session = { who, role, accounts, expiresAt: now + SESSION_MS }
  return Buffer.from(JSON.stringify(session)).toString('base64url')
}

/** @param value whose signature is right; @returns `null` where the session is over */
export function readSession(value: string, now: number): Identity | null {
  const { who, role, accounts, expiresAt } = JSON.parse(Buffer.from(value, 'base64url').toString()) as Session
  return expiresAt > now ? { who, role, accounts, via: 'session' } : null
}
