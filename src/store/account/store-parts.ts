import type { Clock } from '../../domain.ts'
import type { Drain } from '../inbox/drain.ts'
import type { AccountHolder } from './account-state.ts'
import type { Reads } from './reads.ts'

/** The parts of one account's store. */
export interface StoreParts {
  readonly holder: AccountHolder
  readonly reads: Reads
  readonly clock: Clock
  readonly drain: Drain
  /** Other instances share the database and acknowledge events through the inbox. */
  readonly isShared: boolean
  /** Set when the inbox may have rows. */
  readonly hint: { isSet: boolean }
  readonly onMissed: () => void
}
