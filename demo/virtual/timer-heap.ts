/** Something to be done at a time. */
export interface Timer {
  /** Virtual milliseconds since the start. */
  readonly at: number
  /** Those of the same time run in the order in which they were set. */
  readonly order: number
  run: (() => void) | null
}

export interface TimerHeap {
  add(timer: Timer): void
  /** The next one, which stays where it is. */
  first(): Timer | undefined
  /** Takes the next one out. */
  shift(): void
}

/** A binary heap: with hundreds of thousands of timers, each is still set and found in some twenty steps. */
export function createTimerHeap(): TimerHeap {
  const heap: Timer[] = []
  const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order)

  function rise(from: number, timer: Timer): void {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent] as Timer
      if (isBefore(above, timer)) break
      heap[place] = above
      place = parent
    }
    heap[place] = timer
  }

  function sink(timer: Timer): void {
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      if (left >= heap.length) break
      const right = left + 1
      const isRight = right < heap.length && isBefore(heap[right] as Timer, heap[left] as Timer)
      const child = isRight ? right : left
      const below = heap[child] as Timer
      if (isBefore(timer, below)) break
      heap[place] = below
      place = child
    }
    heap[place] = timer
  }

  return {
    add: (timer) => rise(heap.length, timer),
    first: () => heap[0],
    shift() {
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) sink(last)
    },
  }
}
