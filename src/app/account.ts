import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { InForce } from '../core/inputs.ts'
import { openAccountWorker, type AccountWorker } from './account-worker.ts'
import { createApiAccount, noteRules } from './api-account.ts'
import type { AccountId, Check, Clock } from '../domain.ts'
import type { ApiAccount } from '../http/api/contract.ts'
import type { Door } from '../http/contract.ts'
import { createClient } from '../helpcrunch/client.ts'
import type { Metrics } from '../http/metrics.ts'
import type { AccountParts } from '../config/policy-sources.ts'
import { chatPolicyOf } from '../routing/chat-policy.ts'
import type { OutsideTime } from '../outside-time.ts'
import type { Plugins } from '../plugins/contract.ts'
import type { Stores } from '../store/contract.ts'
import { PLAIN } from '../core/plain-policy.ts'
import { route } from '../routing/route.ts'

/**
 * An account on this instance: always an endpoint for its webhooks, and a worker while this instance decides for it.
 */
export interface Account {
  readonly id: AccountId
  /** The account's name in metrics and log lines; `null`: it is the only one. */
  readonly label: string | null
  readonly door: Door
  readonly api: ApiAccount
  /** Whether an instance can decide for the account: its routing file is readable. */
  isReady(): boolean
  openWorker(): Promise<AccountWorker>
  checks(): Check[]
  close(): void
}

/**
 * Opens what an account needs for the life of this process. Its worker, which decides, is opened and closed with the
 * lease.
 */
export async function openAccount(
  { settings, policies }: AccountParts,
  shared: {
    config: Config
    stores: Stores
    clock: Clock
    outsideTime: OutsideTime
    plugins: Plugins | null
    random: () => number
    logger: Logger
    metrics: Metrics
    isOnly: boolean
    holdsLease: (id: AccountId) => boolean
  },
): Promise<Account> {
  const { config, stores, clock, outsideTime, plugins, random, isOnly } = shared
  const label = isOnly ? null : settings.name
  const logger = label === null ? shared.logger : shared.logger.child({ account: label })
  const meter = shared.metrics.meterOf(label)
  const read = (): InForce => {
    const rules = policies.current()
    return {
      policy: chatPolicyOf(rules),
      route: (situation) => route(rules, situation),
    }
  }
  let inForce: InForce = policies.isReadable() ? read() : NO_RULES
  const stopListening = policies.onChange(() => {
    inForce = read()
    if (worker !== null) noteRulesNow()
  })
  const store = await stores.open(settings.name, () => inForce)
  const { accountId: id } = store
  const { apiUrl, apiKey } = settings
  const onDate = (date: number) => outsideTime.note(date)
  const client = createClient({ apiUrl, apiKey, timeoutMs: config.REQUEST_TIMEOUT_MS, clock, onDate })
  let worker: AccountWorker | null = null
  let generation = 0

  /** Stores the rules in force. After a failure that happens when the worker is next opened, or the rules change. */
  function noteRulesNow(): void {
    noteRules(store, policies, clock.now()).catch((error: unknown) => logger.warn({ err: error }, 'rules not noted'))
  }

  return {
    id,
    label,
    door: {
      name: settings.name,
      signingKeys: settings.signingKeys,
      logger,
      meter,
      receive: (event) => store.receive(event),
      receiveCustomer: (event) => store.receiveCustomer(event),
    },
    api: createApiAccount({ settings, config, store, policies, checks: () => worker?.checks() ?? [], clock }),
    isReady: () => policies.isReadable(),
    async openWorker() {
      generation += 1
      const own = generation
      // A closed worker may not send either, even if this instance has taken the account again.
      const maySend = () => own === generation && shared.holdsLease(id)
      const opened = await openAccountWorker({
        settings,
        config,
        stores,
        store,
        policies,
        plugins,
        client,
        maySend,
        clock,
        random,
        logger,
        meter,
      })
      worker = opened
      noteRulesNow()
      return {
        ...opened,
        close() {
          if (worker === opened) worker = null
          return opened.close()
        },
      }
    },
    checks() {
      const checks = [...(worker?.checks() ?? []), policies.check()]
      return label === null ? checks : checks.map(({ name, ok, detail }) => ({ account: label, name, ok, detail }))
    },
    close() {
      stopListening()
      policies.close()
    },
  }
}

/** The rules while the routing file cannot be read: webhooks are accepted, and no chat is assigned. */
const NO_RULES: InForce = {
  policy: PLAIN,
  route() {
    throw new Error('no rules could be read')
  },
}
