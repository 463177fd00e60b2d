import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openCopies } from '../support/copies.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

const TEN_MINUTES_AHEAD = fileURLToPath(new URL('../support/ten-minutes-ahead.ts', import.meta.url))

/** A pooler that shares connections among transactions: it takes LISTEN, and no notification ever comes through. */
async function openDeafPooler(to: URL): Promise<string> {
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    let rest = Buffer.alloc(0)
    near.on('data', (chunk) => far.write(chunk))
    far.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      // A message is a letter, and its length without the letter (postgresql.org/docs/current/protocol-message-formats.html).
      while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
        const message = rest.subarray(0, 1 + rest.readInt32BE(1))
        rest = rest.subarray(message.length)
        if (String.fromCharCode(message[0] ?? 0) !== 'A') near.write(message)
      }
    })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = new URL(to)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return url.href
}

test('without notifications, as behind a connection pooler, chats that other copies received go out within a second', async () => {
  const world = await openCopies({ databaseUrl: await openDeafPooler(new URL(await createDatabase())) })
  const decider = await world.start()
  await world.ready()
  await world.start()
  decider.isInRotation = false
  for (let i = 0; i < 5; i += 1) {
    const chat = world.account.openChat(null)
    const openedAt = performance.now()
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    expect(performance.now() - openedAt).toBeLessThan(1500)
  }
})

test('with them, at once', async () => {
  const world = await openCopies()
  const decider = await world.start()
  await world.ready()
  await world.start()
  decider.isInRotation = false
  const tookMs: number[] = []
  for (let i = 0; i < 9; i += 1) {
    const chat = world.account.openChat(null)
    const openedAt = performance.now()
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
    tookMs.push(performance.now() - openedAt)
    // The turn that follows the last one takes in what came meanwhile, told or not.
    await expect.poll(() => performance.now() - openedAt, { interval: 10 }).toBeGreaterThan(300 + 60 * i)
  }
  // Half a second is what it would take by looking alone, on the average a quarter.
  expect(tookMs.toSorted((a, b) => a - b)[4]).toBeLessThan(150)
})

test('a copy whose clock is ten minutes ahead writes the database’s time, so that the next decider keeps the limit', async () => {
  const world = await openCopies()
  await world.start({ NODE_OPTIONS: `--import=${TEN_MINUTES_AHEAD}` })
  await world.ready()
  const chat = world.account.openChat(null)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  const client = new Client(world.databaseUrl)
  await client.connect()
  const { rows } = await client.query<{ ago: string }>(
    'select extract(epoch from clock_timestamp()) * 1000 - sent_at as ago from request',
  )
  await client.end()
  expect(rows.length).toBeGreaterThan(0)
  for (const { ago } of rows) expect(Math.abs(Number(ago))).toBeLessThan(30_000)
})
