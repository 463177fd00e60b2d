/** The shortest secret that is blacked out: blacking out one or two letters everywhere would leave nothing to read. */
const SHORTEST_SECRET = 6

/**
 * Returns a function that blacks out secrets in a text. The keys of a thousand accounts take hardly longer than one:
 * each place is looked at once, and a second time only if a secret may begin there.
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
    // The longest first, because a shorter secret may be part of it.
    const inOrder = [...found].toSorted((a, b) => b.length - a.length)
    return inOrder.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text)
  }
}

/** Two letters of the text as one number. */
function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 65536 + text.charCodeAt(at + 1)
}
