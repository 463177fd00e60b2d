import type { Agent, Department } from '../domain.ts'
import { isBot } from './bots.ts'
import type { Settings } from './settings.ts'

const WEEK_MS = 7 * 86_400_000
/** The most changes of one agent's shift that are followed in a week: more than a change every hour. */
const MAX_CHANGES = 400

interface Gap {
  readonly from: number
  readonly to: number
}

/**
 * Finds the hours of the coming week in which no agent is on shift who may get the department's chats, in the zone
 * where most of these agents work. None, if the file says what to do then.
 */
export function uncoveredHours(
  { id, name, agentIds }: Department,
  account: {
    readonly settings: Settings
    readonly agents: readonly Agent[]
    readonly departments: readonly Department[]
    readonly now: number
  },
): string[] {
  const { settings, agents, departments, now } = account
  if (agentIds.length === 0) return [`department ${name} (${id}): it has no agents`]
  const { whenNobody, overflow = [] } = settings.departmentOf(id) ?? {}
  if (whenNobody !== undefined) return []
  const steps = new Set(overflow.map(({ to }) => to))
  const others = departments.filter((department) => steps.has(department.id)).flatMap((each) => each.agentIds)
  const reached = new Set([...agentIds, ...others])
  const team = agents.filter(
    (agent) =>
      (steps.has('anybody') || reached.has(agent.id)) && !isBot(agent, settings) && !settings.isTakenOut(agent.id, id),
  )
  if (team.length === 0) return [`department ${name} (${id}): none of its agents gets chats`]
  const gaps = gapsOf(team, settings, now)
  if (gaps.length === 0) return []
  const zone = zoneOf(team, settings)
  const times = gaps.map(({ from, to }) => `${showTime(from, zone)} to ${showTime(to, zone)}`)
  return [
    `department ${name} (${id}): no agent is on shift ${times.join(', ')} (${zone}); its chats wait then: say whenNobody: wait where that is meant`,
  ]
}

function gapsOf(team: readonly Agent[], settings: Settings, now: number): Gap[] {
  const moments = new Set([now])
  for (const { id } of team) {
    const { workingTime } = settings.profileOf(id)
    let at: number | null = now
    for (let changes = 0; changes < MAX_CHANGES && at !== null && at < now + WEEK_MS; changes += 1) {
      moments.add(at)
      at = workingTime.nextChangeAt(at)
    }
  }
  const gaps: Gap[] = []
  const sorted = [...moments].toSorted((a, b) => a - b)
  for (const [index, from] of sorted.entries()) {
    if (team.some(({ id }) => settings.profileOf(id).workingTime.isOpen(from))) continue
    // While all agents are off, the next change is one who comes.
    gaps.push({ from, to: sorted[index + 1] ?? now + WEEK_MS })
  }
  return gaps
}

function zoneOf(team: readonly Agent[], { file }: Settings): string {
  const zones = team.map(({ id }) => file.shifts?.[file.agents?.[String(id)]?.shift ?? file.shift ?? '']?.zone ?? 'UTC')
  const counted = Map.groupBy(zones, (zone) => zone)
  return [...counted].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? 'UTC'
}

/** Such as `Mon 30 Nov 18:00`. */
function showTime(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at)
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('hour')}:${part('minute')}`
}
