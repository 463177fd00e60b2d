import type { Logger } from 'pino'
import type { AccountSettings } from '../config/accounts/read-accounts.ts'
import type { Worker } from '../cluster/contract.ts'
import type { Config } from '../config/config.ts'
import { createExternalRanking } from '../dispatch/external-ranking.ts'
import { createDecider } from '../dispatch/decider.ts'
import { createDispatcher } from '../dispatch/dispatcher.ts'
import { createExplain } from '../dispatch/explain.ts'
import { openLane } from '../rate-limit/lane.ts'
import { watchForOtherRouter } from '../dispatch/other-router.ts'
import { compareDryRun } from '../dispatch/dry-run.ts'
import type { PluginQuestion } from '../decision.ts'
import type { Check, Clock, Meter } from '../domain.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { PolicySource } from '../config/policy-source.ts'
import type { Plugins } from '../plugins/contract.ts'
import { createReconciliation } from '../sync/reconciliation.ts'
import { createRosterSync } from '../sync/roster-sync.ts'
import { likelyBots } from '../routing/bots.ts'
import type { Stores, WorkerStore } from '../store/contract.ts'
import { fenced } from '../store/fenced.ts'

/** How long a search for missed webhooks may delay assignments: at the start, and after a takeover. */
const SEARCH_PATIENCE_MS = 3000
const TAKE_OVER_PATIENCE_MS = 1000
/** Short for a clock of this machine, which may be set without notice; long for the clock of a shared database. */
const LONGEST_SLEEP_MS = 5000
const LONGEST_SLEEP_SHARED_MS = 60_000

/** The parts that serve one account. */
export interface AccountWorker extends Worker {
  checks(): Check[]
}

/** Opens the parts that serve one account while this instance decides for it. */
export async function openAccountWorker(parts: {
  settings: AccountSettings
  config: Config
  stores: { readonly leases: Pick<Stores['leases'], 'isShared'> } & Pick<Stores, 'onRecovered'>
  store: WorkerStore
  policies: PolicySource
  plugins: Plugins | null
  client: HelpCrunch
  /** Whether this instance still decides for the account, with this worker. */
  maySend: () => boolean
  clock: Clock
  random: () => number
  logger: Logger
  meter: Meter
}): Promise<AccountWorker> {
  const { settings, config, stores, policies, client, clock, random, logger, meter } = parts
  /** Ends what this worker added to the store and the policies, which outlive it. */
  const ends: (() => void)[] = []
  const store: WorkerStore = {
    ...parts.store,
    onWork: (listener) => keep(parts.store.onWork(listener)),
    onChange: (listener) => keep(parts.store.onChange(listener)),
  }
  const queue = fenced(store, parts.maySend)
  function keep(end: () => void): () => void {
    ends.push(end)
    return end
  }

  const sent = await store.recentRequests(clock.now())
  const lane = openLane({
    limitPerMinute: settings.limitPerMinute,
    sentAgoMs: sent.map((sentAt) => clock.now() - sentAt),
    learned: await store.learnedBurst(),
    saveLearned: (learned) => store.saveLearnedBurst(learned),
    heldMs: ((await store.heldUntil()) ?? 0) - clock.now(),
    saveHeld: (delayMs) => store.saveHeldUntil(clock.now() + delayMs),
    probe: () => client.listAgents(0, 1),
    recordRequest: (sentAt) => store.recordRequest(sentAt),
    maySend: parts.maySend,
    clock,
    random,
    logger,
    meter,
  })
  const shared = { client, lane, store, intervalMs: config.SYNC_INTERVAL_SECONDS * 1000, clock, random, logger }
  const roster = createRosterSync({
    ...shared,
    policy: () => {
      const { settings: ofRules } = policies.current()
      return {
        onlyWhenTeamOnline: ofRules.onlyWhenTeamOnline,
        likelyBots: (agents) => likelyBots(agents, ofRules),
      }
    },
  })
  const reconciliation = createReconciliation({ ...shared, lookbackMs: config.RECONCILE_LOOKBACK_MINUTES * 60_000 })
  const ranking = createExternalRanking({
    settings: () => policies.current().settings.external,
    signingKey: settings.signingKeys[0] ?? '',
    clock,
    logger,
  })
  const askPlugins = async (question: PluginQuestion) => (await parts.plugins?.ask(question, policies.current())) ?? []
  const dispatcher = createDispatcher({
    decide: createDecider({ queue, ranking, askPlugins, clock, logger }),
    queue,
    lane,
    client,
    maxAttempts: config.MAX_ATTEMPTS,
    isDryRun: config.DRY_RUN,
    longestSleepMs: stores.leases.isShared ? LONGEST_SLEEP_SHARED_MS : LONGEST_SLEEP_MS,
    explain: config.EXPLAIN_IN_CHAT ? createExplain({ lane, client, logger }) : undefined,
    clock,
    random,
    logger,
    meter,
  })
  if (config.DRY_RUN) compareDryRun({ store, logger })
  const otherRouter = watchForOtherRouter({ store, logger })
  keep(policies.onChange(dispatcher.reconsider))
  let isClosing = false
  let cancelPatience = (): void => undefined

  /** Searches for changes that were missed before assigning chats, unless that takes too long. */
  function searchFirst(patienceMs: number): void {
    if (isClosing) return
    dispatcher.pause()
    cancelPatience()
    cancelPatience = clock.after(patienceMs, dispatcher.start)
    void reconciliation.run().then(() => {
      cancelPatience()
      dispatcher.start()
    })
  }

  void roster.start().catch((error: unknown) => logger.error({ err: error }, 'roster could not be started'))
  searchFirst(stores.leases.isShared ? TAKE_OVER_PATIENCE_MS : SEARCH_PATIENCE_MS)
  lane.onRecovered(() => searchFirst(SEARCH_PATIENCE_MS))
  keep(stores.onRecovered(() => searchFirst(SEARCH_PATIENCE_MS)))
  store.onChange(({ hasMissed, needsRoster }) => {
    if (hasMissed) searchFirst(SEARCH_PATIENCE_MS)
    if (needsRoster) roster.readSoon()
  })

  return {
    checks() {
      const obstacle = lane.obstacle()
      const isKeyRejected = obstacle?.kind === 'key rejected'
      return [
        roster.check(),
        { name: 'api key', ok: !isKeyRejected, detail: isKeyRejected ? obstacle.detail : 'nothing against it' },
        // Never fails: an outage of HelpCrunch is no reason to refuse webhooks.
        {
          name: 'helpcrunch',
          ok: true,
          detail: isKeyRejected ? 'answers' : (obstacle?.detail ?? 'nothing against it'),
        },
        otherRouter.check(),
      ]
    },
    async close() {
      isClosing = true
      cancelPatience()
      dispatcher.close()
      roster.close()
      reconciliation.close()
      await lane.close()
      for (const end of ends) end()
    },
  }
}
