import { describeOutcome } from '../helpcrunch/describe-outcome.ts'
import type { Outcome, Roster } from '../domain.ts'
import type { HelpCrunch, Page } from '../helpcrunch/contract.ts'

const PAGE_SIZE = 100
/**
 * Pages overlap by this many entries: if an entry is deleted while pages are read, later ones move up, and none is
 * missed.
 */
const OVERLAP = 10
/** Nine thousand agents, far beyond any account: stops at an API that repeats its first page. */
const MAX_PAGES = 100

/** Sends one request through the lane, or directly where no service runs. */
type Send = <T>(request: () => Promise<Outcome<T>>) => Promise<Outcome<T>>

/**
 * Reads all agents and departments.
 * @param asksForTeam whether to read, too, if the team is online
 * @returns the roster, or why it could not be read
 */
export async function readRoster(client: HelpCrunch, send: Send, asksForTeam = false): Promise<Roster | string> {
  const agents = await readAll((offset) => send(() => client.listAgents(offset, PAGE_SIZE)))
  if (typeof agents === 'string') return `agents: ${agents}`
  const departments = await readAll((offset) => send(() => client.listDepartments(offset, PAGE_SIZE)))
  if (typeof departments === 'string') return `departments: ${departments}`
  const roster = { agents: uniqueById(agents), departments: uniqueById(departments) }
  if (!asksForTeam) return roster
  const organization = await send(() => client.getOrganization())
  // Without an answer chats are assigned: an outage of this call must not keep customers waiting.
  return { ...roster, teamOnline: organization.kind === 'ok' ? organization.body.teamOnline : null }
}

async function readAll<T>(readPage: (offset: number) => Promise<Outcome<Page<T>>>): Promise<T[] | string> {
  const all: T[] = []
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const outcome = await readPage(page * (PAGE_SIZE - OVERLAP))
    if (outcome.kind !== 'ok') return describeOutcome(outcome)
    all.push(...outcome.body.entries)
    if (outcome.body.size < PAGE_SIZE) return all
  }
  return `no end after ${MAX_PAGES} pages`
}

/** Removes repeated entries, since pages overlap, and may shift while they are read. */
function uniqueById<T extends { readonly id: number }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()]
}
