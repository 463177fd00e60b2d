import type { Logger } from 'pino'
import { ConfigError, type Config } from '../config/config.ts'
import type { Clock } from '../domain.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Plugins } from '../plugins/contract.ts'
import { RULES } from '../routing/policy.ts'

/**
 * Starts the modules of `ROUTING_PLUGINS`; `null`: there are none.
 * @throws ConfigError if a module cannot be loaded
 */
export async function openPluginsOf(
  config: Config,
  { clock, logger, metrics }: { clock: Clock; logger: Logger; metrics: Metrics },
): Promise<Plugins | null> {
  if (config.ROUTING_PLUGINS === undefined) return null
  const { openPlugins } = await import('../plugins/plugins.ts')
  const opened = await openPlugins({
    paths: config.ROUTING_PLUGINS,
    takenNames: RULES.map(({ name }) => name),
    clock,
    logger,
    meterOfPlugin: metrics.meterOfPlugin,
  })
  if (typeof opened === 'string') throw new ConfigError(`ROUTING_PLUGINS: ${opened}`)
  return opened
}
