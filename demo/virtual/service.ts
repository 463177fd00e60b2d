import type { Logger } from 'pino'
import { openAccountWorker } from '../../src/app/account-worker.ts'
import { NO_KEYS, readConfig } from '../../src/config/config.ts'
import { onlyAccount } from '../../src/config/accounts/read-accounts.ts'
import type { PolicySource } from '../../src/config/policy-source.ts'
import type { Clock, Meter } from '../../src/domain.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import type { Policy } from '../../src/routing/contract.ts'
import { route } from '../../src/routing/route.ts'
import type { WorkerStore } from '../../src/store/contract.ts'
import { createMemoryStore } from './memory-store.ts'

const NO_METER: Meter = { webhook: () => undefined, request: () => undefined, settled: () => undefined }
/** Nothing else changes the account, so a look each minute is enough. */
const UNSHARED = { leases: { isShared: true }, onRecovered: () => () => undefined }

export interface VirtualService {
  readonly store: WorkerStore
  /** What is under way needs time to end: let some pass. */
  close(): Promise<void>
}

/** The service as it is with its default settings, but for HTTP in both directions and the database. */
export async function openVirtualService(parts: {
  policy: Policy
  client: HelpCrunch
  limitPerMinute: number
  clock: Clock
  random: () => number
  logger: Logger
}): Promise<VirtualService> {
  const { client, clock, random, logger, policy } = parts
  const config = await readConfig({ ...NO_KEYS, RATE_LIMIT_PER_MINUTE: String(parts.limitPerMinute) })
  const inForce = {
    policy: chatPolicyOf(policy),
    route: (situation: Parameters<typeof route>[1]) => route(policy, situation),
  }
  const store = createMemoryStore(inForce, clock)
  const worker = await openAccountWorker({
    settings: onlyAccount(config),
    config,
    stores: UNSHARED,
    store,
    policies: unchanging(policy),
    plugins: null,
    client,
    maySend: () => true,
    clock,
    random,
    logger,
    meter: NO_METER,
  })
  return { store, close: () => worker.close() }
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
