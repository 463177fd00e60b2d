import type { Selectable } from 'kysely'
import type { Applied } from '../../core/contract.ts'
import type { InForce, Input } from '../../core/inputs.ts'
import type { AccountState } from '../../core/state.ts'
import type { LearnedBurst } from '../../domain.ts'
import type { Tables } from '../schema.ts'
import type { Pending } from './pending.ts'
import type { WorkingSet } from './working-set.ts'

/** What there is once of an account beside its state. */
export interface AccountFacts {
  learned: LearnedBurst | null
  heldUntil: number | null
  searchedUntil: number | null
}

/** What a task works with. After each `await` of its own it must not use a state that was dropped meanwhile: `apply` checks. */
export interface Task {
  readonly state: AccountState
  readonly set: WorkingSet
  readonly facts: AccountFacts
  readonly pending: Pending
  readonly now: () => number
  readonly inForce: InForce
  /** Reads what the input needs, and applies it; it is on the disk once `pending.committed` resolves. */
  apply(input: Input): Promise<Applied>
  /** Reads what the input needs. */
  need(input: Input): Promise<void>
  /** Applies an input whose needs were read. */
  applyNow(input: Input): Applied
  /** Sees to it that there are numbers for the assignments of 600 more chats. */
  reserveIds(): Promise<void>
  /** The tables were changed by others: the state is read again before the next task. */
  markStale(): void
}

/** The facts as the account's row has them. */
export function factsOf(account: Selectable<Tables['account']>): AccountFacts {
  return { learned: learnedOf(account), heldUntil: account.held_until, searchedUntil: account.searched_until }
}

/** What is known of the bursts that the account takes. */
export function learnedOf({ burst, burst_learned_at: learnedAt }: Selectable<Tables['account']>): LearnedBurst | null {
  return burst === null || learnedAt === null ? null : { burst, learnedAt }
}
