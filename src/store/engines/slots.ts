/** Lets at most `count` callers in at once; the others wait in order, without a time-out. */
export function createSlots(count: number): { take(): Promise<void>; giveBack(): void } {
  let free = count
  const line: (() => void)[] = []
  return {
    async take() {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => line.push(resolve))
    },
    giveBack() {
      const next = line.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
