import { Client } from 'pg'
import { expect, onTestFinished } from 'vitest'
import { openInstances, type Instances, type Instance } from '../support/instances.ts'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { eventually } from '../support/world.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'

const LIMITS = { capacity: Infinity, limitPerMinute: Infinity }

/** A PostgreSQL of the test's own, which writes each commit to the disk as in production. */
export async function openServer() {
  const server = await startEmbeddedPostgres({ isDurable: true })
  onTestFinished(() => server.stop())
  return server
}

/** Instances on a database, and a record of all webhooks and acts. */
export async function openWatched(databaseUrl: string) {
  const record = createRecord()
  const world = await openInstances({ databaseUrl, onMade: record.made, onAcknowledged: record.acknowledged })
  return { record, world }
}

/** Opens chats, one after the other, until the returned function is called. */
export function keepComing({ account }: Instances, everyMs = 50): () => void {
  const timer = setInterval(() => void account.openChat(null), everyMs)
  onTestFinished(() => clearInterval(timer))
  return () => clearInterval(timer)
}

/** What `/readyz` says. */
export async function readiness(instance: Instance): Promise<{ status: number; text: string }> {
  const response = await instance.ask('/readyz')
  return { status: response.status, text: await response.text() }
}

/** Runs a query on a connection of its own: the server may be gone by the next. */
export async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}

/** Every chat of which a webhook was acknowledged has an agent, and no promise is broken. */
export async function expectAllDone({ world, record }: Awaited<ReturnType<typeof openWatched>>): Promise<void> {
  await world.sender.settled()
  await eventually(() => expect(record.unassigned(world)).toEqual([]))
  expectNothingBroken(world, record, LIMITS)
}
