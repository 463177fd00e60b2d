import { startServer, type ServerProcess } from './server-process.ts'
import { API_KEY, SIGNING_KEY } from './traffic/wire.ts'

const MAIN = new URL('../src/main.ts', import.meta.url)
/** More than any machine does: the service is measured, not HelpCrunch's limit. */
export const NO_LIMIT = { RATE_LIMIT_PER_MINUTE: '1000000' }
/** As `npm start` has them. */
export const NODE_OPTIONS = ['--max-semi-space-size=4', '--no-concurrent-marking']
export const ONE_ACCOUNT = { HELPCRUNCH_API_KEY: API_KEY, HELPCRUNCH_WEBHOOK_SIGNING_KEY: SIGNING_KEY }

/** The token for /metrics. */
export const ADMIN_TOKEN = 'bench-admin-token-0123456789'

/** Starts the real service, as `npm start` does, and waits until it has read the roster. */
export function startService(parts: {
  environment: Readonly<Record<string, string>>
  cores?: string
}): Promise<ServerProcess> {
  return startServer(MAIN, {
    ...parts,
    nodeOptions: NODE_OPTIONS,
    environment: {
      ADMIN_TOKEN,
      // No search takes place during a measurement.
      SYNC_INTERVAL_SECONDS: '86400',
      ...parts.environment,
    },
  })
}

/** With one account and a database file. */
export function startWithFile(
  apiUrl: string,
  path: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startService({
    environment: { ...ONE_ACCOUNT, HELPCRUNCH_API_URL: apiUrl, DATABASE_URL: `file:${path}`, ...environment },
  })
}
