import { expect, onTestFinished, test } from 'vitest'
import { openDatabaseProxy } from '../../bench/cluster/database-proxy.ts'
import { connect, createDatabase } from '../support/postgres.ts'

async function openProxied(delayMs: number) {
  const proxy = await openDatabaseProxy(await createDatabase(), delayMs)
  const client = await connect(proxy.url)
  onTestFinished(async () => {
    await client.end()
    await proxy[Symbol.asyncDispose]()
  })
  return { proxy, client }
}

test('each query is one round trip, however large its answer is and however many statements it has', async () => {
  const { proxy, client } = await openProxied(0)
  expect(proxy.roundTrips()).toBe(1)
  await client.query('select 1')
  await client.query('select $1::int', [1])
  await client.query('begin; select 1; commit')
  expect(proxy.roundTrips()).toBe(4)
  // Many messages with that letter in them, and one message that comes in many pieces.
  await client.query(`select repeat('Z', 100) from generate_series(1, 20000)`)
  await client.query(`select repeat('Z', 5000000)`)
  expect(proxy.roundTrips()).toBe(6)
})

test('a delay is added in each direction', async () => {
  const { client } = await openProxied(20)
  const askedAt = performance.now()
  await client.query('select 1')
  expect(performance.now() - askedAt).toBeGreaterThan(39)
})
