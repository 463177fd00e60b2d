import { Kysely } from 'kysely'
import { pino } from 'pino'
import { openAccountWorker } from '../../src/app/account-worker.ts'
import { createCluster } from '../../src/cluster/cluster.ts'
import { onlyAccount } from '../../src/config/accounts/read-accounts.ts'
import { NO_KEYS, readConfig } from '../../src/config/config.ts'
import type { PolicySource } from '../../src/config/policy-source.ts'
import type { AccountId, ChatEvent, Meter } from '../../src/domain.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import { route } from '../../src/routing/route.ts'
import { findOrAddAccount } from '../../src/store/account-row.ts'
import { openAccountStore } from '../../src/store/account/open-store.ts'
import { createAssignmentIds } from '../../src/store/assignment-ids.ts'
import type { Stores, WorkerStore } from '../../src/store/contract.ts'
import { createHealth } from '../../src/store/health.ts'
import { pollInbox } from '../../src/store/inbox/poll-inbox.ts'
import { createReception } from '../../src/store/inbox/reception.ts'
import { ALL_OURS } from '../../src/store/leases.ts'
import type { Tables } from '../../src/store/schema.ts'
import type { Rules } from '../store/simulation/rules.ts'
import type { SimulatedDatabase } from './database.ts'
import type { SimulatedProcess } from './process.ts'
import { createSimulatedReception } from './reception.ts'
import { LIMIT_PER_MINUTE } from './helpcrunch.ts'

const NO_METER: Meter = { webhook: () => undefined, request: () => undefined, settled: () => undefined }
const SEARCH_EVERY_SECONDS = 30

/** One instance of the service: the real account worker, lane, dispatcher, core, store, leases and searches, on simulated borders. */
export interface Instance {
  readonly process: SimulatedProcess
  readonly accountId: AccountId
  receive(event: ChatEvent): Promise<unknown>
  readonly store: WorkerStore
  /** Other rules are in force from now on. */
  noteRules(): void
}

/** @param observe what the oracle wants to hear of the store's answers */
export async function startInstance(parts: {
  process: SimulatedProcess
  database: SimulatedDatabase
  client: HelpCrunch
  isShared: boolean
  rules: () => Rules
  random: () => number
  observe: (store: WorkerStore) => WorkerStore
  onError: (line: string) => void
  nextAssignmentBlock: () => number
}): Promise<Instance> {
  const { process, database, isShared, rules, random } = parts
  const { clock } = process
  const config = await readConfig({
    ...NO_KEYS,
    RATE_LIMIT_PER_MINUTE: String(LIMIT_PER_MINUTE),
    SYNC_INTERVAL_SECONDS: String(SEARCH_EVERY_SECONDS),
    RECONCILE_LOOKBACK_MINUTES: '10000',
  })
  const logger = pino({ level: 'error' }, { write: parts.onError })
  const engine = database.engineOf(process)
  const db = new Kysely<Tables>({ dialect: engine.dialect })
  const health = createHealth(engine, clock)
  const ask = <T>(work: () => T): Promise<T> => health.answer(() => database.call(process, work))
  const leases = isShared ? database.leasesOf(ask) : ALL_OURS
  const accountId = await untilAnswered(process, () => health.answer(() => findOrAddAccount(db, 'default')))
  const onLeft = (): void => (leases.of(accountId) === null ? engine.notify(String(accountId)) : opened.noticeInbox())
  const opened = openAccountStore({
    engine,
    role: 'the service',
    db,
    reportDb: db,
    accountId,
    inForce: () => ({ policy: rules().ofChats, route: (situation) => route(rules().policy, situation) }),
    health,
    clock,
    leases,
    ids: isShared
      ? blocksOf(parts.nextAssignmentBlock)
      : createAssignmentIds({ ...engine, isShared: false }, db, health.answer),
    reception: isShared
      ? createSimulatedReception(database, process, health, onLeft)
      : createReception({ engine, health, clock, onLeft }),
    logger,
    onLeft,
  })
  const store = parts.observe(opened.store)
  engine.onNotice((text) => {
    if (Number(text) === accountId && leases.of(accountId) !== null) opened.noticeInbox()
  })
  const listeners = new Set<() => void>()
  const policies = sourceOf(rules, listeners)
  let generation = 0
  const cluster = createCluster({
    leases,
    accounts: () => [accountId],
    async open() {
      generation += 1
      const own = generation
      return openAccountWorker({
        settings: onlyAccount(config),
        config,
        stores: { leases, onRecovered: health.onRecovered },
        store,
        policies,
        plugins: null,
        client: parts.client,
        maySend: () => own === generation && cluster.holdsLease(accountId),
        clock,
        random,
        logger,
        meter: NO_METER,
      })
    },
    onTime: () => undefined,
    clock,
    logger,
  })
  const noticeOthers = (): Promise<void> =>
    leases.of(accountId) === null ? Promise.resolve() : opened.store.drain().catch(() => undefined)
  pollInbox({ stores: { noticeOthers } as Stores, clock, logger })
  await untilAnswered(process, () => cluster.join())
  await cluster.revise()
  return {
    process,
    accountId,
    async receive(event) {
      await process.ready()
      return opened.store.receive(event)
    },
    store,
    noteRules() {
      for (const listener of listeners) listener()
    },
  }
}

/** What a process does at its start it tries again until the database has answered, as its supervisor would have it. */
async function untilAnswered<T>(process: SimulatedProcess, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch {
      await process.delay(500)
    }
  }
}

function blocksOf(nextBlock: () => number) {
  let free: number[] = []
  return {
    async reserve() {
      if (free.length >= 600) return
      const first = nextBlock()
      free = [...free, ...Array.from({ length: 2000 }, (_, index) => first + index)]
    },
    next: () => free.shift() as never,
  }
}

function sourceOf(rules: () => Rules, listeners: Set<() => void>): PolicySource {
  return {
    current: () => rules().policy,
    isReadable: () => true,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reload: () => Promise.resolve(),
    check: () => ({ name: 'routing', ok: true, detail: rules().policy.version }),
    text: () => null,
    refusal: () => null,
    tryText: () => Promise.resolve('no file is read here'),
    close: () => undefined,
  }
}
