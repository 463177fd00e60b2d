import type { AccountId } from '../../domain.ts'
import type { Engine } from '../engines/engine.ts'
import type { Database } from '../schema.ts'

/** The account and database of a report. */
export interface Scope {
  readonly db: Database
  readonly accountId: AccountId
  readonly engine: Engine
}
