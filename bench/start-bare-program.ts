import { startServer, type ServerProcess } from './server-process.ts'
import { NODE_OPTIONS, ONE_ACCOUNT } from './service.ts'

const BARE_PROGRAM = new URL('bare-program.ts', import.meta.url)

/** Starts the bare program with a database file of its own; if it only stores, it makes no PUTs. */
export function startBareProgram(
  apiUrl: string,
  path: string,
  { onlyStores = false }: { onlyStores?: boolean } = {},
): Promise<ServerProcess> {
  return startServer(BARE_PROGRAM, {
    nodeOptions: NODE_OPTIONS,
    environment: { ...ONE_ACCOUNT, HELPCRUNCH_API_URL: apiUrl, DATABASE_PATH: path, ONLY_STORE: String(onlyStores) },
  })
}
