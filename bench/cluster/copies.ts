import { readCpuMs, readMemoryMb } from '../process-figures.ts'
import { startServer, waitForOk } from '../server-process.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url)

/** Several copies of the real service on one database. */
export interface Copies extends AsyncDisposable {
  readonly urls: readonly string[]
  /** Of all of them together. */
  cpuMs(): number
  /** Of the one that has most. */
  memoryMb(): number
}

/** Starts them at the same moment, as `npm start` does, and waits until each is ready. */
export async function startCopies(
  count: number,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
): Promise<Copies> {
  await using stack = new AsyncDisposableStack()
  const start = async () => {
    const server = await startServer(MAIN, {
      nodeOptions: ['--max-semi-space-size=4'],
      environment: {
        DATABASE_URL: databaseUrl,
        LOG_LEVEL: 'error',
        // No search falls into a measurement.
        SYNC_INTERVAL_SECONDS: '86400',
        ...environment,
      },
    })
    return stack.use(server)
  }
  const servers = await Promise.all(Array.from({ length: count }, start))
  await Promise.all(servers.map(({ url }) => waitForOk(`${url}/readyz`)))
  const started = stack.move()
  return {
    urls: servers.map(({ url }) => url),
    cpuMs: () => servers.reduce((sum, { pid }) => sum + readCpuMs(pid), 0),
    memoryMb: () => Math.max(...servers.map(({ pid }) => readMemoryMb(pid))),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}
