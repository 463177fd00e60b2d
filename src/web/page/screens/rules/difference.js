/** Larger files are shown as replaced as a whole: the algorithm needs a cell for each pair of lines. */
const MAX_PAIRS = 4_000_000
/** The number of equal lines shown around a change. */
const AROUND = 2

/**
 * The changes between two texts, line by line, by their longest common subsequence.
 * @param {string} before @param {string} after
 * @returns {{ sign: '+' | '-' | ' ', line: string }[]}
 */
export function differenceOf(before, after) {
  const [a, b] = [before.split('\n'), after.split('\n')]
  if (a.length * b.length > MAX_PAIRS)
    return [
      ...a.map((line) => ({ sign: /** @type {const} */ ('-'), line })),
      ...b.map((line) => ({ sign: /** @type {const} */ ('+'), line })),
    ]
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const at = (/** @type {number} */ i, /** @type {number} */ j) => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = /** @type {Uint32Array} */ (lengths[i])
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  /** @type {{ sign: '+' | '-' | ' ', line: string }[]} */
  const lines = []
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: ' ', line: a[i] ?? '' })
      i += 1
      j += 1
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', line: a[i] ?? '' })
      i += 1
    } else {
      lines.push({ sign: '+', line: b[j] ?? '' })
      j += 1
    }
  }
  const isNear = (/** @type {number} */ place) =>
    lines.slice(Math.max(0, place - AROUND), place + AROUND + 1).some(({ sign }) => sign !== ' ')
  return lines.filter((_line, place) => isNear(place))
}
