import type { AccountId } from '../domain.ts'

/** This instance's right to decide for an account. */
export interface Lease {
  readonly holder: string
  readonly fence: number
}

/** Which instance of this service decides for which account. All times are by the database's clock. */
export interface Leases {
  /** Other instances may share the database. `false`: this instance holds every account permanently. */
  readonly isShared: boolean
  /**
   * Registers this instance under a new id, with a heartbeat for `livesMs`, at most ten seconds. Its earlier leases
   * become free.
   */
  join(livesMs: number): Promise<void>
  /**
   * Renews the heartbeat.
   * @returns the time and the number of live instances; `null`: the heartbeat had expired already
   */
  renew(livesMs: number): Promise<{ now: number; instances: number } | null>
  /**
   * Takes at most `most` of these accounts that no other live instance has.
   * @returns the accounts taken
   */
  take(accountIds: readonly AccountId[], most: number): Promise<AccountId[]>
  /** Which of these accounts no live instance has. */
  free(accountIds: readonly AccountId[]): Promise<AccountId[]>
  /**
   * The accounts that the database records as this instance's. `unknown`: not known here, because an answer was lost.
   * `null`: there is nothing to compare, or this instance has registered again meanwhile.
   */
  compare(): Promise<{ ours: AccountId[]; unknown: AccountId[] } | null>
  release(accountIds: readonly AccountId[]): Promise<void>
  /** Removes this instance and releases all its accounts. */
  leave(): Promise<void>
  /** Calls `listener` when another instance has released accounts. */
  onFreed(listener: () => void): void
}
