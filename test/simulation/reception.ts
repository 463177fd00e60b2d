import { StoreUnavailable } from '../../src/store/contract.ts'
import type { Health } from '../../src/store/health.ts'
import type { Reception } from '../../src/store/inbox/reception.ts'
import type { AccountId } from '../../src/domain.ts'
import type { SimulatedDatabase } from './database.ts'
import type { SimulatedProcess } from './process.ts'

/** Stores events for the instance that decides, as `src/store/inbox/reception.ts` does in one statement of PostgreSQL. */
export function createSimulatedReception(
  database: SimulatedDatabase,
  process: SimulatedProcess,
  health: Health,
  onLeft: (accountId: AccountId) => void,
): Reception {
  function store(accountId: number, told: Parameters<Reception['add']>[1]): 'accepted' | 'duplicate' {
    if (!('event' in told)) throw new StoreUnavailable('the simulation has no events of customers')
    const { event } = told
    const { id, type, chatId, occurredAt, facts } = event
    const receivedAt = process.clock.now()
    const { changes } = database.run(
      `insert into event (account_id, id, type, chat_id, occurred_at, received_at) values (?, ?, ?, ?, ?, ?)
      on conflict do nothing`,
      [accountId, id, type, chatId, occurredAt, receivedAt],
    )
    if (changes === 0) return 'duplicate'
    database.run('insert into inbox (account_id, chat_id, customer_id, data) values (?, ?, ?, ?)', [
      accountId,
      chatId,
      facts.customerId,
      JSON.stringify({ event, receivedAt }),
    ])
    return 'accepted'
  }

  return {
    async add(accountId, told) {
      const status = await health.answer(() => database.call(process, () => store(accountId, told)), true)
      health.noteWritten()
      if (status === 'accepted') onLeft(accountId)
      return status
    },
    settled: () => Promise.resolve(),
  }
}
