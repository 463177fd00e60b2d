import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { createAdviser } from './dispatch/adviser.ts'
import { createDecider } from './dispatch/decider.ts'
import { createDispatcher } from './dispatch/dispatcher.ts'
import { openLane } from './dispatch/lane.ts'
import { watchForOtherRouter } from './dispatch/other-router.ts'
import { compareRehearsals } from './dispatch/rehearsal.ts'
import type { Check, Clock } from './domain.ts'
import { createClient } from './helpcrunch/client.ts'
import { readWebhook } from './helpcrunch/webhook.ts'
import { createMetrics } from './http/metrics.ts'
import { createServer } from './http/server.ts'
import { createReconciliation } from './reconcile/reconciliation.ts'
import { createRosterSync } from './roster/roster-sync.ts'
import type { PolicySource } from './policy-source.ts'
import { chatPolicyOf } from './routing/chat-policy.ts'
import { route } from './routing/route.ts'
import { watchOtherWriters } from './store/other-writers.ts'
import { keepPruned } from './store/retention.ts'
import { openStore } from './store/store.ts'

/** How long a search for what we missed may keep assignments waiting. */
const SEARCH_PATIENCE_MS = 3000
const DAY_MS = 24 * 60 * 60_000
/** A minute, and what its last request may have been late. */
const LANE_WINDOW_MS = 62_000

export interface App {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly address: string
  /** Takes in nothing new, finishes what is under way, and closes the store. */
  close(): Promise<void>
}

/** Opens the parts in order. If one of them cannot be opened, those before it are closed again. */
export async function openApp(
  config: Config,
  policies: PolicySource,
  { clock, random, logger }: { clock: Clock; random: () => number; logger: Logger },
): Promise<App> {
  const { meter, registry, watchOpen } = createMetrics()
  const client = createClient({
    apiUrl: config.HELPCRUNCH_API_URL,
    apiKey: config.HELPCRUNCH_API_KEY,
    timeoutMs: config.REQUEST_TIMEOUT_MS,
    clock,
  })
  let chatPolicy = chatPolicyOf(policies.current())
  const store = await openStore(config.DATABASE_URL, clock, () => chatPolicy)
  const sent = await store.recentRequests(clock.now() - LANE_WINDOW_MS)
  const lane = openLane({
    limitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    sentAgoMs: sent.map((sentAt) => clock.now() - sentAt),
    learned: await store.learnedBurst(),
    saveLearned: (learned) => store.saveLearnedBurst(learned),
    heldMs: ((await store.heldUntil()) ?? 0) - clock.now(),
    saveHeld: (delayMs) => store.saveHeldUntil(clock.now() + delayMs),
    probe: () => client.listAgents(0, 1),
    recordRequest: (sentAt) => store.recordRequest(sentAt),
    clock,
    random,
    logger,
    meter,
  })
  const roster = createRosterSync({
    client,
    lane,
    store,
    intervalMs: config.SYNC_INTERVAL_SECONDS * 1000,
    clock,
    random,
    logger,
  })
  const adviser = createAdviser({
    settings: () => policies.current().settings.external,
    signingKey: config.HELPCRUNCH_WEBHOOK_SIGNING_KEY.split(',')[0] ?? '',
    clock,
    logger,
  })
  const decide = createDecider({
    store,
    route: (situation) => route(policies.current(), situation),
    adviser,
    clock,
    logger,
  })
  const dispatcher = createDispatcher({
    decide,
    store,
    lane,
    client,
    maxAttempts: config.MAX_ATTEMPTS,
    isDryRun: config.DRY_RUN,
    isExplaining: config.EXPLAIN_IN_CHAT,
    clock,
    random,
    logger,
    meter,
  })
  const reconciliation = createReconciliation({
    client,
    lane,
    store,
    intervalMs: config.SYNC_INTERVAL_SECONDS * 1000,
    lookbackMs: config.RECONCILE_LOOKBACK_MINUTES * 60_000,
    clock,
    random,
    logger,
  })
  policies.onChange(() => {
    chatPolicy = chatPolicyOf(policies.current())
    dispatcher.reconsider()
  })
  if (config.DRY_RUN) compareRehearsals({ store, logger })
  const otherRouter = watchForOtherRouter({ store, logger })
  watchOpen(() => store.countOpen())
  const maxAgeMs = config.EVENT_RETENTION_DAYS * DAY_MS
  const stopWatching = watchOtherWriters({ store, clock, logger })
  const stopPruning = keepPruned({ store, maxAgeMs, clock, logger })
  let isClosing = false
  let cancelPatience = (): void => undefined

  async function checks(): Promise<Check[]> {
    const failure = await store.check().then(
      () => null,
      (error: unknown) => (error as Error).message,
    )
    const obstacle = lane.obstacle()
    const isKeyRejected = obstacle?.kind === 'key rejected'
    return [
      { name: 'store', ok: failure === null, detail: failure ?? 'answers' },
      roster.check(),
      { name: 'api key', ok: !isKeyRejected, detail: isKeyRejected ? obstacle.detail : 'nothing against it' },
      // HelpCrunch's outage is no reason to turn webhooks away, so it is told, and does not fail.
      { name: 'helpcrunch', ok: true, detail: isKeyRejected ? 'answers' : (obstacle?.detail ?? 'nothing against it') },
      otherRouter.check(),
      policies.check(),
      { name: 'closing', ok: !isClosing, detail: isClosing ? 'closing' : 'no' },
    ]
  }

  const server = createServer({
    http: {
      signingKeys: config.HELPCRUNCH_WEBHOOK_SIGNING_KEY.split(','),
      maxAgeMs,
      readWebhook,
      receive: (event) => store.receive(event),
      checks,
      adminToken: config.ADMIN_TOKEN ?? null,
      explain: (chatId) => store.explain(chatId),
    },
    registry,
    meter,
    clock,
    logger,
  })

  async function close(): Promise<void> {
    isClosing = true
    server.refuse()
    await server.app.close()
    cancelPatience()
    dispatcher.close()
    roster.close()
    reconciliation.close()
    stopPruning()
    stopWatching()
    policies.close()
    await lane.close()
    await store.close()
  }

  /** What people did while we did not hear of it comes first, as long as it does not take long. */
  function searchFirst(): void {
    if (isClosing) return
    dispatcher.pause()
    cancelPatience()
    cancelPatience = clock.after(SEARCH_PATIENCE_MS, dispatcher.start)
    void reconciliation.run().then(() => {
      cancelPatience()
      dispatcher.start()
    })
  }

  try {
    const address = await server.app.listen({ host: config.HOST, port: config.PORT })
    void roster.start().catch((error: unknown) => logger.error({ err: error }, 'roster could not be started'))
    searchFirst()
    lane.onRecovered(searchFirst)
    store.onRecovered(searchFirst)
    return { address, close }
  } catch (error) {
    await close()
    throw error
  }
}
