import { createHash } from 'node:crypto'

/** More than this service has. Were one made anew each time, the server would have to remember them all. */
const MOST_NAMES = 300

/**
 * Names for statements. Of one that has a name PostgreSQL keeps the plan, for as long as the connection lasts; without it every
 * statement is planned anew, which takes it three times as long as carrying it out (docs/scale.md). The same text has the
 * same name in every process.
 * @returns `undefined` for one that gets none
 */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= MOST_NAMES) return known
    const name = createHash('sha256').update(text).digest('base64url')
    names.set(text, name)
    return name
  }
}
