import { expect, test } from 'vitest'
import type { AccessToken } from '../../src/http/access/contract.ts'
import { bearerOf, findToken, isSame } from '../../src/http/access/bearer-token.ts'

test.for([
  ['Bearer secret', 'secret'],
  ['bearer secret', 'secret'],
  ['Bearer   secret', 'secret'],
  ['Bearer secret and more', null],
  ['Bearer ', null],
  ['Bearersecret', null],
  ['Basic Bearer secret', null],
  ['', null],
  [undefined, null],
] as const)('the token in %j is %j', ([header, token]) => {
  expect(bearerOf(header)).toBe(token)
})

const token = (name: string, secret: string): AccessToken => ({ name, secret, role: 'viewer', accounts: null })

test('a token is found by its whole secret only, and the first of two that are alike', () => {
  const tokens = [
    token('first', 'a-secret-of-sixteen'),
    token('second', 'another-secret-16'),
    token('third', 'another-secret-16'),
  ]
  expect(findToken(tokens, 'another-secret-16')?.name).toBe('second')
  expect(findToken(tokens, 'another-secret-1')).toBeNull()
  expect(findToken(tokens, 'another-secret-167')).toBeNull()
  expect(findToken(tokens, '')).toBeNull()
  expect(findToken([], 'another-secret-16')).toBeNull()
})

test('texts of different lengths are compared without an error', () => {
  expect(isSame('a', 'a')).toBe(true)
  expect(isSame('a', 'ab')).toBe(false)
})
