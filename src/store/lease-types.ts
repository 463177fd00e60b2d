import type { AccountId } from '../domain.ts'

/** This copy's right to decide for an account. */
export interface Lease {
  readonly holder: string
  readonly fence: number
}

/** Which copy of this service decides for which account. All times are the database's. */
export interface Leases {
  /** Other copies may share the database; else every account is this copy's, without end. */
  readonly isShared: boolean
  /** Begins a new life for so long, of at most ten seconds; whatever was held in an earlier one is free. */
  join(livesMs: number): Promise<void>
  /** Lives on for so long, and tells how many copies live and what time it is; `null`: it was thought dead already. */
  renew(livesMs: number): Promise<{ now: number; copies: number } | null>
  /** Takes at most so many of these accounts, if no other copy that lives has them; answers which. */
  take(accountIds: readonly AccountId[], most: number): Promise<AccountId[]>
  /** Which of these accounts no copy that lives has. */
  free(accountIds: readonly AccountId[]): Promise<AccountId[]>
  /**
   * What the database has as this copy's: as this copy knows it, or not, since an answer was lost. `null`: there is nothing
   * to compare, or another life has begun meanwhile.
   */
  compare(): Promise<{ ours: AccountId[]; unknown: AccountId[] } | null>
  release(accountIds: readonly AccountId[]): Promise<void>
  /** Ends this life, and lets go of all. */
  leave(): Promise<void>
  /** Calls `listener` when another copy has let go of accounts. */
  onFreed(listener: () => void): void
}
