import closeWithGrace from 'close-with-grace'
import { createMetrics } from '../http/metrics.ts'
import { openPluginsOf } from './open-plugins.ts'
import { readAccounts, type AccountSettings } from '../config/accounts/read-accounts.ts'
import { openApp, type App } from './app.ts'
import { systemClock } from '../clock.ts'
import { ConfigError, readConfig, secretsOf } from '../config/config.ts'
import { useOutgoingProxy } from '../config/outgoing-proxy.ts'
import { createLogger } from './log.ts'
import { openPolicySources } from '../config/policy-sources.ts'
import { releaseStartupMemory } from './startup-memory.ts'
import { StoreUnavailable } from '../store/contract.ts'

/** How long after the start memory is released: after the roster was read, before the first rush. */
const QUIET_MOMENT_MS = 1000

/**
 * Runs the service until a signal ends it. A failure to start is one line on standard error, and exit code 1.
 * @param handOverSignals called once signals are handled here
 */
export async function runService(process: NodeJS.Process, handOverSignals: () => void): Promise<void> {
  let opening: Promise<App> | undefined
  let closePlugins = async (): Promise<void> => undefined
  try {
    const config = await readConfig(process.env)
    useOutgoingProxy(process.env)
    const settings = await readAccounts(config, process.env)
    const secrets = [...secretsOf(config), ...settings.flatMap(secretsOfAccount)]
    const logger = createLogger({ level: config.LOG_LEVEL, secrets })
    const closing = closeWithGrace(
      {
        delay: config.SHUTDOWN_TIMEOUT_MS,
        logger,
        skip: ['SIGHUP'],
        onTimeout: (ms: number) => logger.error(tookTooLong(ms)),
      },
      async ({ signal, err }) => {
        if (err !== undefined) logger.fatal({ err }, 'unexpected error, closing')
        else logger.info({ signal }, 'closing')
        // Also if a signal comes while the app is being opened.
        const app = await opening?.catch(() => undefined)
        await app?.close()
        await closePlugins()
        logger.info('closed')
      },
    )
    handOverSignals()
    const metrics = createMetrics()
    const plugins = await openPluginsOf(config, { clock: systemClock, logger, metrics })
    closePlugins = async () => plugins?.close()
    const accounts = await openPolicySources(settings, config, { clock: systemClock, logger, plugins })
    process.on('SIGHUP', () => {
      for (const { policies } of accounts) void policies.reload()
    })
    opening = openApp(config, accounts, { clock: systemClock, random: Math.random, logger, metrics, plugins })
    const app = await opening.catch((error: unknown) => {
      closing.uninstall()
      throw error
    })
    systemClock.after(QUIET_MOMENT_MS, releaseStartupMemory)
    const [only] = accounts
    const isOnly = accounts.length === 1 && only?.policies.isReadable() === true
    const policy = isOnly ? only.policies.current().version : undefined
    logger.info({ address: app.address, policy, accounts: accounts.length, isDryRun: config.DRY_RUN }, 'listening')
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

function secretsOfAccount({ apiKey, signingKeys, adminToken, viewerToken }: AccountSettings): string[] {
  return [apiKey, ...signingKeys, adminToken, viewerToken].filter((secret) => secret !== null)
}

function tookTooLong(ms: number): string {
  return `closing took longer than SHUTDOWN_TIMEOUT_MS (${ms}): ended; what was under way is looked at after the next start`
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreUnavailable) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `PORT: ${message}; another program listens there, choose another port`
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST or PORT: ${message}; choose another`
  return error instanceof Error ? (error.stack ?? message) : String(error)
}
