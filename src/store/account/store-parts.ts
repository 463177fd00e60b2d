import type { Drain } from '../inbox/drain.ts'
import type { AccountHolder } from './account-state.ts'
import type { Reads } from './reads.ts'

/** What one account's store works with. */
export interface StoreParts {
  readonly holder: AccountHolder
  readonly reads: Reads
  readonly drain: Drain
  /** Other instances share the database: what they acknowledged lies in the inbox. */
  readonly isShared: boolean
  /** Something may lie in the inbox. */
  readonly hint: { isSet: boolean }
  readonly onMissed: () => void
}
