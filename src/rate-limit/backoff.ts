/**
 * How long to wait after the n-th failure in a row: exponential with full jitter, so that clients that failed together
 * do not return together (aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter).
 * @param random from 0 to 1
 */
export function backoffMs(
  failuresInRow: number,
  random: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): number {
  const ceilingMs = Math.min(maxMs, minMs * 2 ** Math.min(failuresInRow, 30))
  return Math.round(minMs + random * (ceilingMs - minMs))
}
