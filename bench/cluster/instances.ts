import { readCpuMs, readMemoryMb } from '../process-figures.ts'
import { startService } from '../service.ts'

/** Several instances of the real service on one database. */
export interface Instances extends AsyncDisposable {
  readonly urls: readonly string[]
  /** CPU time of all instances together. */
  cpuMs(): number
  /** Memory of the largest instance. */
  memoryMb(): number
}

/** Starts them at the same moment, as `npm start` does, and waits until each is ready. */
export async function startInstances(
  count: number,
  databaseUrl: string,
  environment: Readonly<Record<string, string>>,
  cores?: string,
): Promise<Instances> {
  await using stack = new AsyncDisposableStack()
  const start = async () => {
    const server = await startService({
      environment: { DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', ...environment },
      ...(cores === undefined ? {} : { cores }),
    })
    return stack.use(server)
  }
  const servers = await Promise.all(Array.from({ length: count }, start))
  const started = stack.move()
  return {
    urls: servers.map(({ url }) => url),
    cpuMs: () => servers.reduce((sum, { pid }) => sum + readCpuMs(pid), 0),
    memoryMb: () => Math.max(...servers.map(({ pid }) => readMemoryMb(pid))),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}
