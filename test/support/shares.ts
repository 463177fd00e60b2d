/** One chat of a sequence: the agent who got it, and the parts of all agents who could have had it. */
export interface Dealt {
  readonly to: number
  readonly parts: Readonly<Record<number, number>>
}

/** Parts in proportion to the weights. */
export function partsOf(weights: Readonly<Record<number, number>>): Record<number, number> {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0)
  return Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, weight / sum]))
}

/**
 * By how many chats an agent's share is off the exact proportion at most: counted from the start of the sequence, and
 * over the worst of all its windows.
 */
export function farthestOff(sequence: readonly Dealt[]): { fromTheStart: number; overAnyWindow: number } {
  const ids = new Set(sequence.flatMap(({ parts }) => Object.keys(parts).map(Number)))
  let [fromTheStart, overAnyWindow] = [0, 0]
  for (const id of ids) {
    let [owed, least, most] = [0, 0, 0]
    for (const { to, parts } of sequence) {
      owed += (parts[id] ?? 0) - (to === id ? 1 : 0)
      // A window is the difference of two counts from the start.
      overAnyWindow = Math.max(overAnyWindow, owed - least, most - owed)
      least = Math.min(least, owed)
      most = Math.max(most, owed)
      fromTheStart = Math.max(fromTheStart, Math.abs(owed))
    }
  }
  return { fromTheStart, overAnyWindow }
}

/** How many chats in a row this agent got, at most. */
export function longestRun(given: readonly number[], id: number): number {
  let [run, longest] = [0, 0]
  for (const each of given) {
    run = each === id ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
