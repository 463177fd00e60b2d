export interface Spread {
  readonly median: number
  readonly p95: number
  readonly longest: number
}

/** The nearest ranks; zeros for no values at all. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { median: rank(0.5), p95: rank(0.95), longest: rank(1) }
}

/** Jain's fairness index: 1 if all are equal, one nth if one of n has everything. */
export function jainIndex(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  const squares = values.reduce((total, value) => total + value * value, 0)
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares)
}
