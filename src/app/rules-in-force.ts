import type { PolicySource } from '../config/policy-source.ts'
import type { Agent, AgentId, Department, DepartmentId } from '../domain.ts'
import type { AgentStatus, RulesInForce } from '../http/api/contract.ts'
import { isBot } from '../routing/bots.ts'
import type { Policy } from '../routing/contract.ts'
import { describePolicy } from '../routing/describe-policy.ts'
import { absenceOf, ALLOWANCE_USED } from '../routing/presence.ts'
import { reviewFile, reviewRoster } from '../routing/review.ts'
import type { AgentRow } from '../store/reports/contract.ts'

/** Presents an account's rules to people. */
export function createRulesInForce(parts: {
  policies: PolicySource
  listAgents: () => Promise<readonly Agent[]>
  listDepartments: () => Promise<readonly Department[]>
  now: () => number
}): RulesInForce {
  const { policies } = parts
  const policy = (): Policy | null => (policies.isReadable() ? policies.current() : null)
  const workingTimeOf = (agentId: number) => policy()?.settings.profileOf(agentId as AgentId).workingTime ?? null

  async function inWords(given: Policy) {
    const [agents, departments] = [await parts.listAgents(), await parts.listDepartments()]
    return {
      sentences: describePolicy(given, agents, departments),
      findings: [...reviewFile(given), ...reviewRoster(given, agents, departments, parts.now())],
    }
  }

  return {
    version: () => policy()?.version ?? null,
    refusal: () => policies.refusal(),
    zone: () => zoneOf(policy()),
    statusOf: (agent, now) => statusOf(agent, policy(), now),
    weightOf: (agentId) => policy()?.settings.profileOf(agentId as AgentId).weight ?? 1,
    isOnShift: (agentId, at) => workingTimeOf(agentId)?.isOpen(at) ?? true,
    getsChats: (agent) => getsChats(agent, policy()),
    workingMs: (agentId, from, to) => workingTimeOf(agentId)?.openMs(from, to) ?? to - from,
    async describe() {
      const current = policy()
      return current === null ? { sentences: [], findings: [] } : inWords(current)
    },
    async check(text) {
      const made = await policies.tryText(text)
      if (typeof made === 'string') return { mistakes: [made], sentences: [], findings: [] }
      return { mistakes: [], ...(await inWords(made)) }
    },
  }
}

/** The time zone of most shifts; of equals the first in the file. */
function zoneOf(policy: Policy | null): string | null {
  const counts = new Map<string, number>()
  for (const { zone } of Object.values(policy?.settings.file.shifts ?? {}))
    counts.set(zone, (counts.get(zone) ?? 0) + 1)
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return most?.[0] ?? null
}

function statusOf(row: AgentRow, policy: Policy | null, now: number): AgentStatus {
  const capacity = policy === null ? null : largestCapacityOf(row, policy)
  const { weight = 1, workingTime = null } = policy?.settings.profileOf(row.agentId as AgentId) ?? {}
  const as = (state: AgentStatus['state'], until: number | null): AgentStatus => ({ state, until, capacity, weight })
  if (row.isSetAside) return as('set aside', null)
  if (row.pausedUntil !== null && row.pausedUntil > now)
    return as('paused', row.pausedUntil >= FOREVER ? null : row.pausedUntil)
  if (policy === null) return as('available', null)
  if (!getsChats(row, policy)) return as('gets no chats', null)
  const absence = absenceOf(toAgent(row), policy.settings, now)
  if (typeof absence === 'string') return as('away', null)
  if (absence?.reason === ALLOWANCE_USED) return as('day limit', absence.until)
  if (absence !== null) return as(isOnLeave(row.agentId, policy, now) ? 'on leave' : 'off shift', absence.until)
  const endsAt = workingTime?.nextChangeAt(now) ?? null
  return capacity !== null && row.load + 1 > capacity ? as('full', null) : as('available', endsAt)
}

/** The departments whose chats an agent may get; `null` stands for chats without a department. */
function departmentsOf({ departments }: AgentRow): (DepartmentId | null)[] {
  return [null, ...departments.map(({ id }) => id as DepartmentId)]
}

function largestCapacityOf(row: AgentRow, { settings }: Policy): number | null {
  const capacities = departmentsOf(row).map((id) => settings.capacityOf(row.agentId as AgentId, id))
  return capacities.includes(null) ? null : Math.max(...capacities.map(Number))
}

function getsChats(row: AgentRow, policy: Policy | null): boolean {
  if (policy === null) return true
  const { settings } = policy
  const id = row.agentId as AgentId
  return !isBot({ id, name: row.agentName }, settings) && !departmentsOf(row).every((of) => settings.isTakenOut(id, of))
}

/** The last moment that a date can hold: a pause without an end. */
const FOREVER = 8.64e15

function isOnLeave(agentId: number, policy: Policy, now: number): boolean {
  const { agents, shift, shifts } = policy.settings.file
  const agent = agents?.[String(agentId)]
  const zone = shifts?.[agent?.shift ?? shift ?? '']?.zone ?? 'UTC'
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate().toString()
  return agent?.leave?.some(({ from, to }) => from <= today && today <= to) ?? false
}

/** An agent with the fields that rules look at, to try the rules on this agent alone. */
function toAgent(row: AgentRow): Agent {
  return {
    id: row.agentId as AgentId,
    name: row.agentName,
    departmentIds: [],
    pausedUntil: row.pausedUntil,
    isSetAside: row.isSetAside,
    load: row.load,
    turn: 0,
    credit: 0,
    recentAt: [],
    lastActiveAt: row.lastActiveAt,
    missedInRow: row.missedInRow,
    allowance:
      row.allowanceLeft === null || row.allowanceUntil === null
        ? null
        : { left: row.allowanceLeft, until: row.allowanceUntil },
  }
}
