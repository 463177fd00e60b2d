import type { AccountId, AgentId } from '../domain.ts'
import type { Engine } from './engines/engine.ts'
import type { Database, Tx } from './schema.ts'

/** Where a query runs: of which account, in which database, in a transaction or not. */
export interface Scope {
  readonly db: Database
  readonly accountId: AccountId
  readonly engine: Engine
}

/** In a transaction, which has the account for itself. */
export interface TxScope extends Scope {
  readonly db: Tx
  /** Whose rows in the table `agent` it has changed; `all`: more than can be told. */
  touched: Set<AgentId> | 'all'
}

/** To be called by whatever writes to the table `agent`: the next decision reads them again. */
export function touch(scope: TxScope, agentId: AgentId): void {
  if (scope.touched !== 'all') scope.touched.add(agentId)
}
