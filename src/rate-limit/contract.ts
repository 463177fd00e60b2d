import type { Outcome } from '../domain.ts'

/** What goes first when the lane has room. A background request that has waited long goes before all others, once. */
export type Priority = 'assignment' | 'background'

/** A place in the lane, kept while a task runs. It takes from the account's limit only if the task sends something. */
export interface Slot {
  /**
   * Whether a request may leave now. `false`: since the slot was given, HelpCrunch has asked to wait or has gone down.
   * Then end the task without sending anything, and run it again: it gets a slot when the wait is over.
   */
  mayLeave(): boolean
  /**
   * Sends a request that the store has recorded.
   * @param request is given a check that throws `LeaseLost` once another instance may decide for the account
   */
  send<T>(request: (checkLease: () => void) => Promise<Outcome<T>>): Promise<Outcome<T>>
}

/** The only way to HelpCrunch: every call goes through the lane, which alone decides when. */
export interface Lane {
  /** Runs `task` when there is room for a request, the most urgent first. */
  run<T>(priority: Priority, task: (slot: Slot) => Promise<T>): Promise<T>
  /** Records a request in the store and sends it. */
  request<T>(priority: Priority, request: () => Promise<Outcome<T>>): Promise<Outcome<T>>
  /** Calls `listener` when HelpCrunch answers again after it was down or had rejected the key. */
  onRecovered(listener: () => void): void
  /** Why nothing is sent now, or `null`. */
  obstacle(): Obstacle | null
  /** Starts no further task, rejects those not started, and resolves when the running ones are done. */
  close(): Promise<void>
}

export interface Obstacle {
  readonly kind: 'key rejected' | 'down' | 'limited'
  readonly detail: string
}
