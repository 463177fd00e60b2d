import type { Logger } from 'pino'
import { onlyAccount } from '../../src/config/accounts/read-accounts.ts'
import { NO_KEYS, readConfig } from '../../src/config/config.ts'
import { openDesk } from '../../src/app/account-worker.ts'
import type { Clock, Meter } from '../../src/domain.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import type { PolicySource } from '../../src/config/policy-source.ts'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import type { Policy } from '../../src/routing/contract.ts'
import type { Store } from '../../src/store/contract.ts'
import { openStores } from '../../src/store/stores.ts'
import { spareLooks } from './spare-looks.ts'

const NO_METER: Meter = { webhook: () => undefined, request: () => undefined, settled: () => undefined }

export interface VirtualService {
  readonly store: Store
  /** What is under way needs time to end: let some pass. */
  close(): Promise<void>
}

/** The service as it is with its default settings, but for HTTP, in both directions. */
export async function openVirtualService(parts: {
  databaseUrl: string
  policy: Policy
  client: HelpCrunch
  limitPerMinute: number
  clock: Clock
  random: () => number
  logger: Logger
}): Promise<VirtualService> {
  const { client, clock, random, logger, policy } = parts
  const config = await readConfig({ ...NO_KEYS, RATE_LIMIT_PER_MINUTE: String(parts.limitPerMinute) })
  const chatPolicy = chatPolicyOf(policy)
  const stores = await openStores(parts.databaseUrl, clock)
  const store = spareLooks(await stores.open('default', () => chatPolicy), clock)
  const desk = await openDesk({
    settings: onlyAccount(config),
    config,
    stores,
    store,
    policies: unchanging(policy),
    client,
    maySend: () => true,
    clock,
    random,
    logger,
    meter: NO_METER,
  })
  return {
    store,
    async close() {
      await desk.close()
      await stores.close()
    },
  }
}

function unchanging(policy: Policy): PolicySource {
  return {
    current: () => policy,
    isReadable: () => true,
    onChange: () => () => undefined,
    reload: () => Promise.resolve(),
    check: () => ({ name: 'routing', ok: true, detail: policy.version }),
    text: () => null,
    refusal: () => null,
    tryText: () => Promise.resolve('the virtual week checks no files'),
    close: () => undefined,
  }
}
