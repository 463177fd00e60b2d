import { seededRandom } from '../../demo/random.ts'

/** All that is left to chance in one run, from one seed. */
export interface Chance {
  random(): number
  /** True in so many of all cases. */
  happens(share: number): boolean
  pick<T>(of: readonly T[]): T
  between(least: number, most: number): number
}

export function createChance(seed: number): Chance {
  const random = seededRandom(seed)
  return {
    random,
    happens: (share) => random() < share,
    pick: <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T,
    between: (least, most) => least + Math.floor(random() * (most - least + 1)),
  }
}
