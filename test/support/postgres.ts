import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'

/**
 * An empty database of the test's own, on the server that all tests share; it is removed after the test. To be called
 * in a test or in `beforeEach`.
 * @returns its URL
 */
export async function createDatabase(): Promise<string> {
  const name = `test_${randomUUID()}`
  await command(`create database "${name}" template template0 strategy file_copy`)
  onTestFinished(() => command(`drop database "${name}" with (force)`))
  const url = new URL(inject('postgresUrl'))
  url.pathname = name
  return url.href
}

/** A connection that is closed after the test. */
export async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function command(sql: string): Promise<void> {
  const client = new Client(inject('postgresUrl'))
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
