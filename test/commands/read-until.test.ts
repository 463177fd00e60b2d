import { describe, expect, test } from 'vitest'
import { readUntil } from '../../src/commands/read-until.ts'

const NOW = Date.parse('2026-12-01T12:30:00Z')
const inBerlin = async () => 'Europe/Berlin'
const notAsked = () => Promise.reject(new Error('the zone was asked for'))

describe('--until', () => {
  test.for([
    ['2026-12-24T14:00', '2026-12-24T13:00:00Z', '2026-12-24 14:00 Europe/Berlin (2026-12-24T13:00:00.000Z)'],
    ['2026-12-24 14:00', '2026-12-24T13:00:00Z', '2026-12-24 14:00 Europe/Berlin (2026-12-24T13:00:00.000Z)'],
    ['2026-12-24', '2026-12-23T23:00:00Z', '2026-12-24 00:00 Europe/Berlin (2026-12-23T23:00:00.000Z)'],
    ['2027-07-01T08:00', '2027-07-01T06:00:00Z', '2027-07-01 08:00 Europe/Berlin (2027-07-01T06:00:00.000Z)'],
    // 13:30 in Berlin now.
    ['14:00', '2026-12-01T13:00:00Z', '2026-12-01 14:00 Europe/Berlin (2026-12-01T13:00:00.000Z)'],
    ['9:00', '2026-12-02T08:00:00Z', '2026-12-02 09:00 Europe/Berlin (2026-12-02T08:00:00.000Z)'],
  ] as const)('%s counts in the policy’s zone, and the output repeats it in full', async ([text, at, words]) => {
    expect(await readUntil(text, NOW, inBerlin)).toEqual({ at: Date.parse(at), words })
  })

  test.for([
    ['2026-12-24T14:00Z', '2026-12-24T14:00:00Z', '2026-12-24 14:00 UTC'],
    ['2026-12-24T14:00+01:00', '2026-12-24T13:00:00Z', '2026-12-24 13:00 UTC'],
  ] as const)('%s has a zone of its own', async ([text, at, words]) => {
    expect(await readUntil(text, NOW, notAsked)).toEqual({ at: Date.parse(at), words })
  })

  test.for([
    '',
    'tomorrow',
    '12',
    '2026-13-01',
    '2027-02-29T10:00',
    '25:00',
    '14:60',
    '2026-12-24T14',
    '1e9',
    '14:00Z',
  ])('%j is no time', async (text) => {
    await expect(readUntil(text, NOW, inBerlin)).rejects.toThrow(/^--until is ".*"; it should be a time such as/)
  })

  test('a past time is refused, and repeated in full', async () => {
    await expect(readUntil('2026-12-01T13:00', NOW, inBerlin)).rejects.toThrow(
      '--until is "2026-12-01T13:00", which is over: it was understood as 2026-12-01 13:00 Europe/Berlin (2026-12-01T12:00:00.000Z)',
    )
  })
})
