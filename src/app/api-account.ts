import type { AccountSettings } from '../config/accounts/read-accounts.ts'
import type { Config } from '../config/config.ts'
import type { PolicySource } from '../config/policy-source.ts'
import type { Check, Clock } from '../domain.ts'
import type { ApiAccount } from '../http/api/contract.ts'
import type { AccountStore } from '../store/contract.ts'
import { createChangeFeed } from './change-feed.ts'
import { createOperatorActs } from './operator-acts.ts'
import { createRulesInForce } from './rules-in-force.ts'

/** Connects the API with one account. */
export function createApiAccount(parts: {
  settings: AccountSettings
  config: Config
  store: AccountStore
  policies: PolicySource
  checks: () => readonly Check[]
  clock: Clock
}): ApiAccount {
  const { settings, config, store, policies, clock } = parts
  const { subdomain } = settings
  const rules = createRulesInForce({
    policies,
    listAgents: () => store.listAgents(),
    listDepartments: () => store.listDepartments(),
    now: () => clock.now(),
  })
  return {
    name: settings.name,
    isDryRun: config.DRY_RUN,
    limitPerMinute: settings.limitPerMinute,
    reports: store.reports,
    rules,
    acts: createOperatorActs(store, () => rules.zone()),
    changes: createChangeFeed(store, clock),
    explain: (chatId) => store.explain(chatId),
    checks: parts.checks,
    chatUrl: (chatId) => (subdomain === null ? null : `https://${subdomain}.helpcrunch.com/inbox/chats/${chatId}`),
  }
}

/**
 * Stores the rules in force, so that people see when which rules applied, and, if the file says so, who changed them.
 */
export async function noteRules(store: AccountStore, policies: PolicySource, now: number): Promise<void> {
  if (!policies.isReadable()) return
  const { version } = policies.current()
  const source = policies.text() ?? `# no routing file; from the settings:\n# ${version}\n`
  const author = /^#\s*changed by:?\s+(.{1,200})$/im.exec(source)?.[1]?.trim() ?? null
  await store.actLog.noteVersion({ version, seenAt: now, author, source })
}
