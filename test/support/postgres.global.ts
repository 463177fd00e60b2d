import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the server that all tests of a run share. */
    postgresUrl: string
  }
}

/** Starts the server before the first test, and stops it after the last one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  console.log(`the tests use PostgreSQL from ${server.from}`)
  project.provide('postgresUrl', server.url)
  return server.stop
}
