import { describe, expect, test } from 'vitest'
import type { AttributeValue } from '../../src/domain.ts'
import { isEmptyRange, isInRange, isSameValue } from '../../src/routing/attributes.ts'

test.for<[AttributeValue, AttributeValue, boolean]>([
  ['gold', 'Gold ', true],
  ['gold', 'golden', false],
  [5, '5.0', true],
  ['5', 5, true],
  ['05', '5', true],
  [true, 'true', true],
  [true, false, false],
  ['', 0, false],
])('%j and %j are the same: %s', ([wanted, value, isSo]) => {
  expect(isSameValue(wanted, value)).toBe(isSo)
})

describe('numbers are compared as numbers', () => {
  test.for<[object, AttributeValue, boolean]>([
    [{ atLeast: 1000 }, 1000, true],
    [{ atLeast: 1000 }, '1000', true],
    [{ atLeast: 1000 }, '999', false],
    // As text, "999" would come after "1000".
    [{ atLeast: 1000 }, 999, false],
    [{ above: 1000 }, 1000, false],
    [{ above: 1000 }, 1000.5, true],
    [{ atMost: 10 }, '9.5', true],
    [{ atMost: 10 }, '100', false],
    [{ below: 10 }, 10, false],
    [{ below: 0 }, '-5', true],
    [{ atLeast: 0 }, 'many', false],
    [{ atLeast: 0 }, '', false],
    [{ atLeast: 0 }, true, false],
    [{ atLeast: 5, below: 7 }, 6, true],
    [{ atLeast: 5, below: 7 }, 7, false],
  ])('%j: %j is in it: %s', ([range, value, isSo]) => {
    expect(isInRange(range, value)).toBe(isSo)
  })
})

describe('dates are compared as days', () => {
  const NOON = Date.UTC(2026, 0, 1, 12)
  test.for<[object, AttributeValue, boolean]>([
    [{ after: '2026-01-01' }, '2026-01-01', false],
    [{ after: '2026-01-01' }, '2026-01-02', true],
    [{ from: '2026-01-01' }, '2026-01-01', true],
    [{ from: '2026-01-01' }, '2025-12-31T23:59:59Z', false],
    [{ before: '2026-01-01' }, '2025-12-31', true],
    [{ before: '2026-01-01' }, '2026-01-01 10:00', false],
    [{ to: '2026-01-01' }, '2026-01-01T23:59:59-05:00', true],
    [{ from: '2026-01-01', to: '2026-01-01' }, NOON / 1000, true],
    [{ from: '2026-01-01', to: '2026-01-01' }, String(NOON / 1000), true],
    [{ from: '2026-01-01', to: '2026-01-01' }, NOON, true],
    [{ from: '1970-01-01' }, 5, false],
    [{ from: '1970-01-01' }, 1e300, false],
    [{ from: '1970-01-01' }, 'yesterday', false],
    [{ from: '1970-01-01' }, '01.02.2026', false],
    [{ from: '1970-01-01' }, true, false],
  ])('%j: %j is in it: %s', ([range, value, isSo]) => {
    expect(isInRange(range, value)).toBe(isSo)
  })
})

test.for<[object, boolean]>([
  [{ atLeast: 5 }, false],
  [{ atLeast: 5, atMost: 5 }, false],
  [{ atLeast: 5, below: 5 }, true],
  [{ above: 5, atMost: 5 }, true],
  [{ atLeast: 6, atMost: 5 }, true],
  [{ from: '2026-01-01', to: '2026-01-01' }, false],
  [{ after: '2026-01-01', to: '2026-01-01' }, true],
  [{ from: '2026-01-02', before: '2026-01-02' }, true],
  [{ from: '2026-02-01', to: '2026-01-01' }, true],
])('no value is in %j: %s', ([range, isSo]) => {
  expect(isEmptyRange(range)).toBe(isSo)
})
