import { API_KEY, SIGNING_KEY, type HelpCrunch } from './help-crunch.ts'
import { startServer, waitForOk, type ServerProcess } from './server-process.ts'

const MAIN = new URL('../src/main.ts', import.meta.url)

/** Opens /metrics. */
export const ADMIN_TOKEN = 'bench-admin-token-0123456789'

/** Starts the real service, as `npm start` does, and waits until it has read the roster. */
export async function startService(parts: {
  helpCrunch: HelpCrunch
  database: string
  environment?: Readonly<Record<string, string>>
}): Promise<ServerProcess & { readonly webhooks: string }> {
  const server = await startServer(MAIN, {
    nodeOptions: ['--max-semi-space-size=4'],
    environment: {
      HELPCRUNCH_API_KEY: API_KEY,
      HELPCRUNCH_WEBHOOK_SIGNING_KEY: SIGNING_KEY,
      HELPCRUNCH_API_URL: parts.helpCrunch.url,
      DATABASE_URL: `file:${parts.database}`,
      ADMIN_TOKEN,
      // No search falls into a measurement.
      SYNC_INTERVAL_SECONDS: '86400',
      ...parts.environment,
    },
  })
  await waitForOk(`${server.url}/readyz`)
  return { ...server, webhooks: `${server.url}/webhooks/helpcrunch` }
}
