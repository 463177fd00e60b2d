import { createHash, timingSafeEqual } from 'node:crypto'
import type { AccessToken } from './contract.ts'

/** Finds the token with this secret, or `null`. Each is compared in constant time, so that timing reveals nothing. */
export function findToken(tokens: readonly AccessToken[], secret: string): AccessToken | null {
  let found: AccessToken | null = null
  for (const token of tokens) if (isSame(token.secret, secret)) found ??= token
  return found
}

/** The text after `Bearer` in the header, or `null`. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null
}

/** Compares two texts in constant time, even of different lengths. */
export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
