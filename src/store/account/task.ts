import type { Selectable } from 'kysely'
import type { Applied } from '../../core/contract.ts'
import type { InForce, Input } from '../../core/inputs.ts'
import type { AccountState } from '../../core/state.ts'
import type { LearnedBurst } from '../../domain.ts'
import type { Tables } from '../schema.ts'
import type { Pending } from './pending.ts'
import type { WorkingSet } from './working-set.ts'

/** The fields of an account's row that are not in its state. */
export interface AccountFacts {
  learned: LearnedBurst | null
  heldUntil: number | null
  searchedUntil: number | null
}

/** The tools of a task. The state may be dropped during any `await` of the task: `apply` throws then. */
export interface Task {
  readonly state: AccountState
  readonly set: WorkingSet
  readonly facts: AccountFacts
  readonly pending: Pending
  readonly now: () => number
  readonly inForce: InForce
  /** Reads what the input needs, and applies it. The changes are on the disk once `pending.committed` resolves. */
  apply(input: Input): Promise<Applied>
  /** Reads into the state what the input needs. */
  need(input: Input): Promise<void>
  /** Applies an input whose needs are in the state. */
  applyNow(input: Input): Applied
  /** Reserves numbers for the assignments of 600 more chats. */
  reserveIds(): Promise<void>
  /** Makes the next task read the state again, because another process changed the tables. */
  markStale(): void
}

/** The facts as the account's row has them. */
export function factsOf(account: Selectable<Tables['account']>): AccountFacts {
  return { learned: learnedOf(account), heldUntil: account.held_until, searchedUntil: account.searched_until }
}

/** The learned burst in an account's row, or `null`. */
export function learnedOf({ burst, burst_learned_at: learnedAt }: Selectable<Tables['account']>): LearnedBurst | null {
  return burst === null || learnedAt === null ? null : { burst, learnedAt }
}
