import type { Logger } from 'pino'
import type { AccountId, Clock } from '../../domain.ts'
import { sortEvent } from '../../core/chat-facts.ts'
import type { InForce } from '../../core/inputs.ts'
import type { AssignmentIds } from '../assignment-ids.ts'
import { isNothing, NOTHING_CHANGED } from '../changes.ts'
import type { AccountStore, Notice, WebhookInbox, Work } from '../contract.ts'
import type { Engine, Role } from '../engines/engine.ts'
import type { Health } from '../health.ts'
import { createDrain } from '../inbox/drain.ts'
import type { Reception } from '../inbox/reception.ts'
import type { HeldLeases } from '../leases.ts'
import { createActLog } from '../reports/act-log.ts'
import { createReports } from '../reports/reports.ts'
import type { Database } from '../schema.ts'
import { holdAccount } from './account-state.ts'
import { createQueue } from './assignment-queue.ts'
import { createDirectInbox } from './direct-inbox.ts'
import { createLaneMemory } from './lane-memory.ts'
import { createOperator } from './operator.ts'
import { createReads } from './reads.ts'
import type { StoreParts } from './store-parts.ts'
import { createSyncStores } from './sync-stores.ts'

/** An account's store, and the notices that it gets from other parts of the database. */
export interface OpenedStore {
  readonly store: AccountStore
  /** The account has rows in the inbox. */
  noticeInbox(): void
  settled(): Promise<void>
}

export function openAccountStore(parts: {
  engine: Engine
  role: Role
  db: Database
  /** For reports: on SQLite a connection beside the one that commits. */
  reportDb: Database
  accountId: AccountId
  inForce: () => InForce
  health: Health
  clock: Clock
  leases: HeldLeases
  ids: AssignmentIds
  reception: Reception
  logger: Pick<Logger, 'error'>
  /** Notifies the deciding instance of new rows in the account's inbox. */
  onLeft: () => void
}): OpenedStore {
  const { engine, db, accountId, inForce, health, clock, leases, ids } = parts
  const { answer } = health
  const scope = { engine, db, accountId }
  const listeners = new Set<(notice: Notice) => void>()
  const workListeners = new Set<(work: Work) => void>()
  const reads = createReads({ ...engine, read: (text, values) => answer(() => engine.read(text, values)) }, accountId)
  const holder = holdAccount({
    accountId,
    reads,
    clock,
    inForce,
    async commit(batch) {
      await answer(() => engine.commit(batch))
      health.noteWritten()
    },
    lease: engine.isShared
      ? { current: () => leases.of(accountId), renew: async () => void (await leases.take([accountId], 1)) }
      : null,
    mayDecide: parts.role === 'the service',
    reserveIds: ids.reserve,
    nextAssignmentId: ids.next,
    onApplied: ({ hasWork, hasFreed }) => {
      if (hasWork || hasFreed) tellOfWork({ hasFreed })
    },
    announce: (change) => {
      if (!isNothing(change)) tell({ ...change, hasMissed: false })
    },
  })
  // Rows that were left while no instance decided are applied first.
  const hint = { isSet: true }
  const store: StoreParts = {
    holder,
    reads,
    clock,
    drain: createDrain({ reads, commits: holder.commits, logger: parts.logger }),
    isShared: engine.isShared,
    hint,
    onMissed: () => tell({ ...NOTHING_CHANGED, hasMissed: true }),
  }

  function tellOfWork(work: Work): void {
    for (const listener of workListeners) listener(work)
  }

  function tell(notice: Notice): void {
    for (const listener of listeners) listener(notice)
  }

  const inbox: WebhookInbox = engine.isShared
    ? {
        receive: (event) => parts.reception.add(accountId, { event: sortEvent(event, inForce().policy) }),
        receiveCustomer: (customerEvent) => parts.reception.add(accountId, { customerEvent }),
      }
    : createDirectInbox(store)
  return {
    store: {
      accountId,
      reports: createReports((query) => answer(() => query({ ...scope, db: parts.reportDb }))),
      actLog: createActLog(scope, answer),
      ...inbox,
      ...createQueue(store),
      ...createLaneMemory(store),
      ...createSyncStores(store),
      ...createOperator({ db, accountId, reads, answer, onLeft: parts.onLeft, inForce, clock }),
      onWork: (listener) => subscribe(workListeners, listener),
      onChange: (listener) => subscribe(listeners, listener),
    },
    noticeInbox() {
      hint.isSet = true
      tell({ ...NOTHING_CHANGED, hasWork: true, hasMissed: false })
      tellOfWork({ hasFreed: false })
    },
    settled: () => holder.settled(),
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
