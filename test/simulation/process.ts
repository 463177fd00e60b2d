import type { Clock } from '../../src/domain.ts'

/** A process of the simulation: it may die, stand still, or have a wrong clock. */
export interface SimulatedProcess {
  /** The clock as the process sees it: while it stands still no timer runs, and after its death none. */
  readonly clock: Clock
  isAlive(): boolean
  kill(): void
  /** As SIGSTOP does, or a suspended machine: what falls due meanwhile runs when it goes on. */
  freeze(forMs: number): void
  /** Sets the time of day, as an administrator would. */
  setClock(offsetMs: number): void
  /** Resolves once the process runs, and never in a dead one. */
  ready(): Promise<void>
  /** Resolves after so long, and never in a dead process. */
  delay(ms: number): Promise<void>
}

export function createProcess(world: Clock): SimulatedProcess {
  let state: 'runs' | 'stands still' | 'is dead' = 'runs'
  let offsetMs = 0
  let backlog: (() => void)[] = []

  function runInTurn(run: () => void): void {
    if (state === 'runs') run()
    else if (state === 'stands still') backlog.push(run)
  }

  const clock: Clock = {
    now: () => world.now() + offsetMs,
    monotonic: () => world.monotonic(),
    after: (delayMs, run) => world.after(delayMs, () => runInTurn(run)),
  }

  return {
    clock,
    isAlive: () => state !== 'is dead',
    kill() {
      state = 'is dead'
      backlog = []
    },
    freeze(forMs) {
      if (state !== 'runs') return
      state = 'stands still'
      world.after(forMs, () => {
        if (state !== 'stands still') return
        state = 'runs'
        for (const run of backlog.splice(0)) run()
      })
    },
    ready: () => (state === 'runs' ? Promise.resolve() : new Promise((resolve) => runInTurn(resolve))),
    setClock: (ms) => (offsetMs = ms),
    delay: (ms) => new Promise((resolve) => void clock.after(ms, resolve)),
  }
}
