/** The work of this instance for one account while it holds the lease. */
export interface Worker {
  /** Takes no further step; resolves when the work under way has ended. */
  close(): Promise<void>
}
