import { expect, test } from 'vitest'
import { ADMIN, bearer, openApi } from '../support/api.ts'

test('the whole token is accepted', async () => {
  expect((await (await openApi()).get('accounts', bearer(ADMIN))).statusCode).toBe(200)
})

test.for([
  ['its first 13 characters', ADMIN.slice(0, 13)],
  ['all but its last character', ADMIN.slice(0, -1)],
  ['its first characters with others after them', ADMIN.slice(0, 13) + 'x'.repeat(ADMIN.length - 13)],
  ['the token with more after it', `${ADMIN}0`],
] as const)('%s is not enough', async ([_case, token]) => {
  expect((await (await openApi()).get('accounts', bearer(token))).statusCode).toBe(401)
})
