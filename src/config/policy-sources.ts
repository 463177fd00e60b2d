import type { Logger } from 'pino'
import type { AccountSettings } from './accounts/read-accounts.ts'
import type { Config } from './config.ts'
import type { Clock } from '../domain.ts'
import { openPolicySource, type PolicySource } from './policy-source.ts'
import type { PluginRules, PolicySettings } from './read-policy.ts'

/** The settings and the policy of one account. */
export interface AccountParts {
  readonly settings: AccountSettings
  readonly policies: PolicySource
}

/**
 * Opens the policy of each account.
 * @throws ConfigError for the only account's broken routing file; one of several accounts waits for the repair of its
 * file
 */
export function openPolicySources(
  accounts: readonly AccountSettings[],
  config: Config,
  { clock, logger, plugins }: { clock: Clock; logger: Logger; plugins: PluginRules | null },
): Promise<AccountParts[]> {
  const isPatient = config.ACCOUNTS_FILE !== undefined
  return Promise.all(
    accounts.map(async (settings) => ({
      settings,
      policies: await openPolicySource(
        { ...policySettingsOf(settings, config, plugins), isPatient: isPatient && settings.routingFile !== null },
        { clock, logger: isPatient ? logger.child({ account: settings.name }) : logger },
      ),
    })),
  )
}

/** The settings from which an account's policy is made. */
export function policySettingsOf(
  { routingFile }: AccountSettings,
  config: Config,
  plugins: PluginRules | null,
): PolicySettings {
  return {
    rules: config.ROUTING_RULES ?? null,
    agentCapacity: config.AGENT_CAPACITY ?? null,
    botAgentIds: config.BOT_AGENT_IDS ?? null,
    path: routingFile,
    plugins,
  }
}
