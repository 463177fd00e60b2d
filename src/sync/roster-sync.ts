import type { Logger } from 'pino'
import type { Check, Clock, Roster } from '../domain.ts'
import { backoffMs } from '../rate-limit/backoff.ts'
import type { Lane } from '../rate-limit/contract.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { RosterStore } from '../store/contract.ts'
import { readRoster } from './read-roster.ts'

const NO_ROSTER =
  'roster not read, and none is stored: no agent can get a chat; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiUrl and apiKey)'
/** Webhooks may go on naming an agent whom HelpCrunch lists no more. */
const SHORTEST_INTERVAL_MS = 60_000
const RETRY_BACKOFF = { minMs: 1000, maxMs: 60_000 }

/** What the rules in force say of the roster. */
interface RosterPolicy {
  /** Whether the team is online is read, too. */
  readonly onlyWhenTeamOnline: boolean
  /** Agents who may be bots by their names, and are not declared to be. */
  likelyBots(agents: Roster['agents']): Roster['agents']
}

export interface RosterSync {
  /** Reads the roster now, and from then on again and again. Resolves with the first attempt. */
  start(): Promise<void>
  /** A webhook named an agent or a department that the roster does not have: it is read now, at most once a minute. */
  readSoon(): void
  check(): Check
  close(): void
}

/**
 * Keeps the store's roster as HelpCrunch has it. Between two reads, and while HelpCrunch does not answer, the service
 * works with the one it has.
 */
export function createRosterSync(parts: {
  client: HelpCrunch
  lane: Lane
  store: RosterStore
  intervalMs: number
  /** What the rules say of the roster. */
  policy: () => RosterPolicy
  clock: Clock
  random: () => number
  logger: Logger
}): RosterSync {
  const { client, lane, store, clock, logger } = parts
  let seenAt: number | null = null
  let failuresInRow = 0
  let lastFailure: string | null = null
  let askedAt = -Infinity
  let isReading = false
  let suspects = ''
  let isClosing = false
  let cancelTimer = (): void => undefined

  async function sync(): Promise<void> {
    isReading = true
    const failure = await read().catch((error: unknown) => (error as Error).message)
    isReading = false
    if (isClosing) return
    if (failure !== null)
      logger.warn(
        { reason: failure, seenAt },
        seenAt === null ? NO_ROSTER : 'roster not read, the stored one stays in force',
      )
    lastFailure = failure
    failuresInRow = failure === null ? 0 : failuresInRow + 1
    const retryMs = backoffMs(failuresInRow, parts.random(), RETRY_BACKOFF)
    const delayMs = failure === null ? parts.intervalMs : Math.min(parts.intervalMs, retryMs)
    cancelTimer = clock.after(delayMs, () => void sync())
  }

  /** @returns why it failed, or `null` */
  async function read(): Promise<string | null> {
    const roster = await readRoster(
      client,
      (request) => lane.request('background', request),
      parts.policy().onlyWhenTeamOnline,
    )
    if (typeof roster === 'string') return roster
    const now = clock.now()
    await store.saveRoster(roster, now)
    seenAt = now
    suggestBots(roster.agents)
    const counts = { agents: roster.agents.length, departments: roster.departments.length }
    if (counts.agents === 0) logger.warn(counts, 'roster read: HelpCrunch lists no agents, so no chat can be assigned')
    else logger.info(counts, 'roster read')
    return null
  }

  /** Each set of agents once. */
  function suggestBots(agents: Roster['agents']): void {
    const agentIds = parts
      .policy()
      .likelyBots(agents)
      .map(({ id }) => id)
    if (agentIds.length > 0 && suspects !== agentIds.join())
      logger.warn({ agentIds }, 'agents who seem to be bots get chats: name them under "bots" in the routing file')
    suspects = agentIds.join()
  }

  return {
    readSoon() {
      if (isClosing || isReading) return
      cancelTimer()
      const delayMs = Math.max(0, askedAt + SHORTEST_INTERVAL_MS - clock.monotonic())
      cancelTimer = clock.after(delayMs, () => {
        askedAt = clock.monotonic()
        void sync()
      })
    },
    async start() {
      // Should the store refuse now, it is read from HelpCrunch all the same.
      seenAt = await store.rosterSeenAt().catch(() => null)
      await sync()
    },
    check() {
      const when =
        seenAt === null
          ? 'never read; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiUrl and apiKey)'
          : `read ${new Date(seenAt).toISOString()}`
      const detail = lastFailure === null ? when : `${when}; last attempt failed: ${lastFailure}`
      return { name: 'roster', ok: seenAt !== null, detail }
    },
    close() {
      isClosing = true
      cancelTimer()
    },
  }
}
