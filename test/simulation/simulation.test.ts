import { expect, test } from 'vitest'
import { runSystem } from './run.ts'

/** Others, and more: `SYSTEMS=10000 SEED=1000 npx vitest run test/simulation`. */
const RUNS = Number(process.env.SYSTEMS ?? 200)
const SEED = Number(process.env.SEED ?? 1)
const TIMEOUT_MS = 3 * 3_600_000

test(`whole systems of one to three instances keep the promises (seed ${SEED})`, { timeout: TIMEOUT_MS }, async () => {
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const { broken } = await runSystem(seed, 1 + (seed % 3))
    expect(broken, `SEED=${seed} SYSTEMS=1`).toEqual([])
  }
})

test('a seed tells the same story each time', async () => {
  expect((await runSystem(SEED, 2)).story).toBe((await runSystem(SEED, 2)).story)
})
