import type { AccountId } from '../domain.ts'

/** This instance's right to decide for an account. */
export interface Lease {
  readonly holder: string
  readonly fence: number
}

/** Which instance of this service decides for which account. All times are the database's. */
export interface Leases {
  /** Other instances may share the database; else every account is this instance's, without end. */
  readonly isShared: boolean
  /** Registers this instance anew, alive for so long, of at most ten seconds; its earlier leases are free. */
  join(livesMs: number): Promise<void>
  /** Renews the heartbeat, and tells how many instances are alive and what time it is; `null`: it was overdue already. */
  renew(livesMs: number): Promise<{ now: number; instances: number } | null>
  /** Takes at most so many of these accounts, if no other live instance has them; answers which. */
  take(accountIds: readonly AccountId[], most: number): Promise<AccountId[]>
  /** Which of these accounts no live instance has. */
  free(accountIds: readonly AccountId[]): Promise<AccountId[]>
  /**
   * What the database has as this instance's: known here, or not, since an answer was lost. `null`: there is nothing to
   * compare, or this instance was registered anew meanwhile.
   */
  compare(): Promise<{ ours: AccountId[]; unknown: AccountId[] } | null>
  release(accountIds: readonly AccountId[]): Promise<void>
  /** Removes this instance, and releases all. */
  leave(): Promise<void>
  /** Calls `listener` when another instance has released accounts. */
  onFreed(listener: () => void): void
}
