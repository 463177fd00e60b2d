/** The nearest-rank percentile: `share` 0.99 is what 99 of 100 values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new Error('no values: nothing was measured')
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

/** The median of `values` ÷ `base`, round by round: a disturbance affects both halves of a round. */
export function ratio(values: readonly number[], base: readonly number[]): number {
  if (values.length !== base.length) throw new Error('a ratio needs the same rounds on both sides')
  return median(values.map((value, round) => value / (base[round] as number)))
}
