import type { Logger } from 'pino'
import { createDecider } from '../../dispatch/decider.ts'
import { createDispatcher } from '../../dispatch/dispatcher.ts'
import { openLane } from '../../dispatch/lane.ts'
import type { Clock, Meter } from '../../domain.ts'
import type { HelpCrunch } from '../../helpcrunch/contract.ts'
import { createReconciliation } from '../../reconcile/reconciliation.ts'
import { createRosterSync } from '../../roster/roster-sync.ts'
import { chatPolicyOf } from '../../routing/chat-policy.ts'
import type { Policy } from '../../routing/contract.ts'
import { route } from '../../routing/route.ts'
import type { Store } from '../../store/contract.ts'
import { openStores } from '../../store/stores.ts'
import { spareLooks } from './spare-looks.ts'

const SYNC_INTERVAL_MS = 5 * 60_000
const LOOKBACK_MS = 60 * 60_000
const MAX_ATTEMPTS = 8
const LONGEST_SLEEP_MS = 5000
const NO_METER: Meter = { webhook: () => undefined, request: () => undefined, settled: () => undefined }

export interface VirtualService {
  readonly store: Store
  /** What is under way needs time to end: let some pass. */
  close(): Promise<void>
}

/** The service's own parts, put together as `app.ts` does it, but for HTTP. */
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
  const chatPolicy = chatPolicyOf(policy)
  const stores = await openStores(parts.databaseUrl, clock)
  const store = spareLooks(await stores.open('default', () => chatPolicy))
  const lane = openLane({
    limitPerMinute: parts.limitPerMinute,
    sentAgoMs: [],
    learned: null,
    saveLearned: (learned) => store.saveLearnedBurst(learned),
    heldMs: 0,
    saveHeld: (delayMs) => store.saveHeldUntil(clock.now() + delayMs),
    probe: () => client.listAgents(0, 1),
    recordRequest: (sentAt) => store.recordRequest(sentAt),
    maySend: () => true,
    clock,
    random,
    logger,
    meter: NO_METER,
  })
  const shared = { client, lane, store, intervalMs: SYNC_INTERVAL_MS, clock, random, logger }
  const roster = createRosterSync(shared)
  const reconciliation = createReconciliation({ ...shared, lookbackMs: LOOKBACK_MS })
  const dispatcher = createDispatcher({
    store,
    lane,
    client,
    decide: createDecider({
      store,
      route: (situation) => route(policy, situation),
      adviser: { ask: async () => [] },
      clock,
      logger,
    }),
    maxAttempts: MAX_ATTEMPTS,
    isDryRun: false,
    longestSleepMs: LONGEST_SLEEP_MS,
    isExplaining: false,
    clock,
    random,
    logger,
    meter: NO_METER,
  })

  void roster.start()
  void reconciliation.run()
  dispatcher.start()
  return {
    store,
    async close() {
      dispatcher.close()
      roster.close()
      reconciliation.close()
      await lane.close()
      await stores.close()
    },
  }
}
