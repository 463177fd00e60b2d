import closeWithGrace from 'close-with-grace'
import { openApp, type App } from './app.ts'
import { systemClock } from './clock.ts'
import { ConfigError, readConfig, SECRETS } from './config.ts'
import { createLogger } from './log.ts'
import { openPolicySource } from './policy-source.ts'
import { releaseStartupMemory } from './startup-memory.ts'
import { StoreUnavailable } from './store/contract.ts'

/** After the roster was read, before the first rush. */
const QUIET_MOMENT_MS = 1000

/** Runs the service until a signal ends it. What keeps it from starting is one line on standard error, and exit code 1. */
export async function runService(process: NodeJS.Process): Promise<void> {
  let app: App | undefined
  try {
    const config = await readConfig(process.env)
    const secrets = SECRETS.flatMap((name) => config[name]?.split(',') ?? [])
    const logger = createLogger({ level: config.LOG_LEVEL, secrets })
    const closing = closeWithGrace(
      { delay: config.SHUTDOWN_TIMEOUT_MS, logger, skip: ['SIGHUP'] },
      async ({ signal, err }) => {
        if (err !== undefined) logger.fatal({ err }, 'unexpected error, closing')
        else logger.info({ signal }, 'closing')
        await app?.close()
        logger.info('closed')
      },
    )
    const policies = await openPolicySource(
      {
        rules: config.ROUTING_RULES ?? null,
        agentCapacity: config.AGENT_CAPACITY ?? null,
        path: config.ROUTING_FILE ?? null,
        plugins: config.ROUTING_PLUGINS ?? null,
      },
      { clock: systemClock, logger },
    )
    process.on('SIGHUP', () => void policies.reload())
    try {
      app = await openApp(config, policies, { clock: systemClock, random: Math.random, logger })
    } catch (error) {
      closing.uninstall()
      throw error
    }
    systemClock.after(QUIET_MOMENT_MS, releaseStartupMemory)
    logger.info({ address: app.address, policy: policies.current().version, isDryRun: config.DRY_RUN }, 'listening')
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreUnavailable) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `PORT: ${message}; another program listens there, choose another port`
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST or PORT: ${message}; choose another`
  return error instanceof Error ? (error.stack ?? message) : String(error)
}
