import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { answerClientError } from '../../src/http/client-error.ts'

/** The bytes that a socket gets for an error with this code. */
function answerTo(code: string): string {
  const socket = new Socket()
  const written: string[] = []
  Object.defineProperties(socket, {
    writable: { value: true },
    write: { value: (text: string) => written.push(text) },
  })
  socket.on('error', () => undefined)
  answerClientError(Object.assign(new Error('x'), { code }), socket)
  expect(socket.destroyed).toBe(code !== 'ECONNRESET')
  return written.join('')
}

test('a request that was not read in time, as after a freeze, gets an answer to repeat it', () => {
  const answer = answerTo('ERR_HTTP_REQUEST_TIMEOUT')
  expect(answer).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/)
  expect(answer).toContain('\r\nretry-after: 5\r\n')
})

test.for([
  ['HPE_HEADER_OVERFLOW', /^HTTP\/1.1 431 /],
  ['HPE_INVALID_METHOD', /^HTTP\/1.1 400 /],
  ['ECONNRESET', /^$/],
] as const)('%s is answered with %s', ([code, expected]) => {
  expect(answerTo(code)).toMatch(expected)
})
