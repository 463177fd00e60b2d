import type { Outcome } from '../domain.ts'

/** Who goes first when the lane has room. What has stood in the background for long goes before all others, once. */
export type Priority = 'assignment' | 'background'

/** A place in the lane, kept while a task runs. It costs a request of the minute's budget only if something is sent. */
export interface Slot {
  /**
   * Whether a request may leave at this moment. `false`: HelpCrunch asked to wait, or went down, since the slot was given.
   * Then end the task without sending anything, and run it again: it gets a slot when the wait is over.
   */
  mayLeave(): boolean
  /**
   * Sends a request that the store has noted already.
   * @param request is given a check that throws `LeaseLost` where another instance may decide for the account by now
   */
  send<T>(request: (checkLease: () => void) => Promise<Outcome<T>>): Promise<Outcome<T>>
}

/** The one way to HelpCrunch: every call goes through it, and it alone decides when. */
export interface Lane {
  /** Runs `task` when there is room for a request, most urgent first. */
  run<T>(priority: Priority, task: (slot: Slot) => Promise<T>): Promise<T>
  /** Notes a request in the store and sends it. */
  request<T>(priority: Priority, request: () => Promise<Outcome<T>>): Promise<Outcome<T>>
  /** Calls `listener` when HelpCrunch answers again after it was down, or had rejected the key. */
  onRecovered(listener: () => void): void
  /** Why nothing is sent now, or `null`. */
  obstacle(): Obstacle | null
  /** Starts nothing more (what had not started is rejected), and resolves when all that had started is done. */
  close(): Promise<void>
}

export interface Obstacle {
  readonly kind: 'key rejected' | 'down' | 'limited'
  readonly detail: string
}
