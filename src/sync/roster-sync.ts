import type { Logger } from 'pino'
import type { Check, Clock, Roster } from '../domain.ts'
import { backoffMs } from '../rate-limit/backoff.ts'
import type { Lane } from '../rate-limit/contract.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { RosterStore } from '../store/contract.ts'
import { readRoster } from './read-roster.ts'

const NO_ROSTER =
  'roster not read, and none is stored: no agent can get a chat; check HELPCRUNCH_API_URL and HELPCRUNCH_API_KEY (in ACCOUNTS_FILE: apiUrl and apiKey)'
/** The shortest time between two reads: webhooks may go on naming an agent that HelpCrunch no longer lists. */
const SHORTEST_INTERVAL_MS = 60_000
const RETRY_BACKOFF = { minMs: 1000, maxMs: 60_000 }

/** The policy's settings for the roster. */
interface RosterPolicy {
  /** Whether to read, too, if the team is online. */
  readonly onlyWhenTeamOnline: boolean
  /** Agents whose names look like bots' and who are not declared as bots. */
  likelyBots(agents: Roster['agents']): Roster['agents']
}

export interface RosterSync {
  /** Reads the roster now and at intervals. Resolves after the first attempt. */
  start(): Promise<void>
  /** Reads the roster now, at most once a minute, because a webhook named an unknown agent or department. */
  readSoon(): void
  check(): Check
  close(): void
}

/**
 * Keeps the store's roster up to date with HelpCrunch. Between two reads, and while HelpCrunch does not answer, the
 * service uses the last roster.
 */
export function createRosterSync(parts: {
  client: HelpCrunch
  lane: Lane
  store: RosterStore
  intervalMs: number
  /** Returns the policy's settings for the roster. */
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

  /**
   * Reads and stores the roster.
   * @returns why that failed, or `null`
   */
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

  /** Logs agents that may be bots, once for each set of agents. */
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
      // If the store refuses now, the roster is read from HelpCrunch all the same.
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
