import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { isSigned } from '../../src/http/signature.ts'

const BODY = Buffer.from('{"event":"chat.new"}')
const KEYS = ['the new key', 'the old key']
const signedWith = (key: string, body = BODY) => createHmac('sha1', key).update(body).digest('hex')

test.for(KEYS)('a body that is signed with %s is HelpCrunch’s', (key) => {
  expect(isSigned(BODY, signedWith(key), KEYS)).toBe(true)
})

test.for([
  ['of another key', signedWith('another key')],
  ['of another body', signedWith(KEYS[0] as string, Buffer.from('{}'))],
  ['in capitals', signedWith(KEYS[0] as string).toUpperCase()],
  ['with something before it', `a${signedWith(KEYS[0] as string)}`],
  ['with something after it', `${signedWith(KEYS[0] as string)}a`],
  ['that is cut', signedWith(KEYS[0] as string).slice(0, 38)],
  ['that is not hexadecimal', 'g'.repeat(40)],
  ['that is empty', ''],
  ['that is missing', undefined],
  ['that came twice', [signedWith(KEYS[0] as string)]],
])('a signature %s is not', ([, signature]) => {
  expect(isSigned(BODY, signature, KEYS)).toBe(false)
})

test('without a key no body is signed', () => {
  expect(isSigned(BODY, signedWith(''), [])).toBe(false)
})
