import { expect, test } from 'vitest'
import { createLogger } from '../../src/app/log.ts'

function logOf(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = ''
  write(createLogger({ level: 'info', secrets: ['the-secret-key', 'abc'] }, { write: (line) => (text += line) }))
  return text
}

test('an error is written as its name, message, code, stack and causes, and none of its other fields', () => {
  const cause = Object.assign(new Error('inner'), { options: { headers: 'x-private' } })
  const error = Object.assign(new Error('outer', { cause }), { code: 'E_CODE', response: { body: 'x-private' } })
  const text = logOf((logger) => logger.error({ err: error }, 'failed'))
  expect(JSON.parse(text)).toMatchObject({
    level: 'error',
    msg: 'failed',
    err: { message: 'outer', code: 'E_CODE', cause: { message: 'inner' } },
  })
  expect(text).not.toContain('x-private')
})

test('a secret in a line is redacted, wherever it is', () => {
  const text = logOf((logger) =>
    logger.info({ err: new Error('GET the-secret-key'), x: ['the-secret-key'] }, 'the-secret-key'),
  )
  expect(text).not.toContain('the-secret-key')
  expect(text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(3)
})

test('a secret of a few letters is not redacted: that would redact the whole log', () => {
  expect(logOf((logger) => logger.info('abc'))).toContain('abc')
})
