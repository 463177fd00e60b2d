import { expect, test } from 'vitest'
import { createRedaction } from '../../src/app/redaction.ts'

test.for([
  ['at the beginning and at the end', ['secret-1'], 'secret-1 and secret-1', '[redacted] and [redacted]'],
  ['one after the other', ['secret-1', 'secret-2'], 'secret-1secret-2', '[redacted][redacted]'],
  [
    'of which one is the beginning of another',
    ['secret-1', 'secret-123'],
    'secret-123 secret-1',
    '[redacted] [redacted]',
  ],
  ['of which one is in the middle of another', ['the-secret-of-all', 'secret'], 'the-secret-of-all', '[redacted]'],
  ['that begin alike', ['secret-a', 'secret-b'], 'secret-b', '[redacted]'],
  ['that are there in part alone', ['secret-1'], 'secret- secret', 'secret- secret'],
  ['in a text that is shorter than any', ['secret-1'], 'sec', 'sec'],
  ['of a few letters, which would black out everything', ['abc', ''], 'abc', 'abc'],
] as const)('secrets %s', ([, secrets, text, redacted]) => {
  expect(createRedaction(secrets)(text)).toBe(redacted)
})
