/** Blacking out one or two letters wherever they stand would leave nothing to read. */
const SHORTEST_SECRET = 6

/**
 * Blacks out secrets, should one get into a text all the same. With the keys of a thousand accounts it takes hardly longer than
 * with those of one: each place is looked at once, and only where a secret could begin it is looked at twice.
 */
export function createRedaction(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_SECRET)
  const byStart = Map.groupBy(long, (secret) => secret.slice(0, SHORTEST_SECRET))
  const pairs = new Set(long.map((secret) => pairAt(secret, 0)))

  return (text) => {
    const found = new Set<string>()
    for (let at = 0; at + SHORTEST_SECRET <= text.length; at += 1) {
      if (!pairs.has(pairAt(text, at))) continue
      for (const secret of byStart.get(text.slice(at, at + SHORTEST_SECRET)) ?? [])
        if (text.startsWith(secret, at)) found.add(secret)
    }
    // The longest first: another one may be a part of it.
    const inOrder = [...found].toSorted((a, b) => b.length - a.length)
    return inOrder.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
  }
}

/** Two letters as one number. */
function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 65536 + text.charCodeAt(at + 1)
}
