import type { AccountId } from '../../domain.ts'
import type { Engine } from '../engines/engine.ts'
import type { Database } from '../schema.ts'

/** Where a report is read: of which account, in which database. */
export interface Scope {
  readonly db: Database
  readonly accountId: AccountId
  readonly engine: Engine
}
