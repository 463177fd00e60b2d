/** What this instance does for one account as long as it decides for it. */
export interface Worker {
  /** Takes no further step; resolves when what is under way has ended. */
  close(): Promise<void>
}
