import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether `signature` is the HMAC-SHA1 of the raw body under one of the keys, as 40 lower-case hex characters
 * (docs.helpcrunch.com, Webhooks). Every key is tried, in constant time, so that timing reveals nothing.
 */
export function isSigned(body: Buffer, signature: unknown, keys: readonly string[]): boolean {
  if (typeof signature !== 'string' || !/^[0-9a-f]{40}$/.test(signature)) return false
  const given = Buffer.from(signature, 'hex')
  return keys
    .map((key) => timingSafeEqual(createHmac('sha1', key).update(body).digest(), given))
    .some((isEqual) => isEqual)
}
