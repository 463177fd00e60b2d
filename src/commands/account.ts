import type { Config } from '../config.ts'
import { describeOutcome } from '../describe-outcome.ts'
import type { Agent, Clock, Department, Outcome } from '../domain.ts'
import { createClient } from '../helpcrunch/client.ts'
import type { Page } from '../helpcrunch/contract.ts'

const PAGE_SIZE = 100
const MAX_PAGES = 100

/** Reads agents and departments from HelpCrunch, as they would be at the start; or says why not. */
export async function readAccount(
  config: Config,
  clock: Clock,
): Promise<{ agents: Agent[]; departments: Department[] } | string> {
  const client = createClient({
    apiUrl: config.HELPCRUNCH_API_URL,
    apiKey: config.HELPCRUNCH_API_KEY,
    timeoutMs: config.REQUEST_TIMEOUT_MS,
    clock,
  })
  const listed = await readAll((offset) => client.listAgents(offset, PAGE_SIZE))
  if (typeof listed === 'string') return listed
  const departments = await readAll((offset) => client.listDepartments(offset, PAGE_SIZE))
  if (typeof departments === 'string') return departments
  const agents = listed.map(({ id, name }) => ({
    id,
    name,
    departmentIds: departments.filter(({ agentIds }) => agentIds.includes(id)).map((department) => department.id),
    pausedUntil: null,
    isSetAside: false,
    load: 0,
    turn: 0,
    credit: 0,
    recentAt: [],
    lastActiveAt: null,
    missedInRow: 0,
  }))
  return { agents, departments }
}

async function readAll<T>(readPage: (offset: number) => Promise<Outcome<Page<T>>>): Promise<T[] | string> {
  const all: T[] = []
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const outcome = await readPage(page * PAGE_SIZE)
    if (outcome.kind !== 'ok') return describeOutcome(outcome)
    all.push(...outcome.body.entries)
    if (outcome.body.size < PAGE_SIZE) break
  }
  return all
}
