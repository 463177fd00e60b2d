import type { Agent, Department } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'
import { isBot } from '../routing/bots.ts'

/** Describes the settings besides those of agents and departments, a line each; empty if there are none. */
export function showSettings({ settings }: Policy): string[] {
  const { file, guard, noAnswer, bots } = settings
  const { labels = {}, priorities = {}, handOver = {}, freed = {}, channels = {} } = file
  const lines: [string, readonly string[]][] = [
    ['channels', Object.entries(channels).map(([channel, weight]) => `a chat by ${channel} counts as ${weight}`)],
    [
      'freed',
      listOf([freed.onHold && 'chats on hold', freed.silentMinutes && `silent for ${freed.silentMinutes} min`]),
    ],
    ['labels', Object.entries(labels).map(([name, label]) => `${name}: ${JSON.stringify(label)}`)],
    [
      'needs',
      (file.needs ?? []).map(({ label, skill, relaxAfterMinutes: after }) =>
        [`${label} needs ${skill}`, ...(after === undefined ? [] : [`for ${after} min`])].join(' '),
      ),
    ],
    ['priorities', Object.entries(priorities).map(([label, minutes]) => `${label} is ${minutes} min ahead`)],
    ['guard', guard === null ? [] : [`at most ${guard.chats} new chats in ${guard.windowMs / 60_000} min`]],
    ['hand-over', listOf([handOver.atShiftEnd && 'at the end of a shift', handOver.whenPaused && 'when paused'])],
    [
      'no answer',
      noAnswer === null
        ? []
        : listOf([
            `after ${noAnswer.afterMs / 60_000} min to another agent, at most ${noAnswer.hops} one after the other`,
            noAnswer.awayAfter !== null && `away after ${noAnswer.awayAfter} unanswered`,
          ]),
    ],
    [
      'bots',
      listOf([
        ...[...bots.names, ...bots.ids].map(String),
        bots.routeAfterMs === null
          ? 'their chats go to agents when they hand them over'
          : `their chats go to agents after ${bots.routeAfterMs / 60_000} min`,
      ]),
    ],
    [
      'waits',
      listOf([settings.waitForDepartmentMs > 0 && `${settings.waitForDepartmentMs / 1000} s for a department`]),
    ],
    ['team', listOf([settings.onlyWhenTeamOnline && 'chats wait while it is offline'])],
  ]
  return lines.flatMap(([name, parts]) => {
    if (parts.length === 0 || (name === 'bots' && file.bots === undefined)) return []
    return [`${name}: ${parts.join('; ')}`]
  })
}

/** Describes departments with their agents, shifts and capacities, a line each. */
export function showRoster({ settings }: Policy, agents: readonly Agent[], departments: readonly Department[]): string {
  const { file } = settings
  const nameOf = (id: Department['id']) => departments.find((department) => department.id === id)?.name ?? String(id)
  const ofAgents = agents.map((agent) => {
    const { id, name, departmentIds } = agent
    if (isBot(agent, settings)) return `  ${id}  ${name}: a bot, gets no chats`
    if (settings.isTakenOut(id, null)) return `  ${id}  ${name}: gets no chats, by a capacity or weight of 0`
    const { weight, skills } = settings.profileOf(id)
    const shift = file.agents?.[String(id)]?.shift ?? file.shift ?? 'always'
    const skilled = skills.size === 0 ? '' : `, skills ${[...skills].join(', ')}`
    const capacity = settings.capacityOf(id, null) ?? 'no limit'
    return `  ${id}  ${name}: ${departmentIds.map(nameOf).join(', ') || 'no department'}; shift ${shift}, capacity ${capacity}, weight ${weight}${skilled}`
  })
  const ofDepartments = departments.map(({ id, name, agentIds }) => {
    const { overflow = [], whenNobody = 'wait' } = settings.departmentOf(id) ?? {}
    const steps = overflow.map(({ to, seconds }) => `${to}${seconds === undefined ? '' : ` for ${seconds} s`}`)
    const overflows = steps.length === 0 ? '' : `; ${steps.join(', then ')}`
    return `  ${id}  ${name}: ${agentIds.length} agents; when none of them is there: ${JSON.stringify(whenNobody)}${overflows}`
  })
  return ['agents', ...ofAgents, 'departments', ...ofDepartments].join('\n')
}

function listOf(parts: readonly (string | false | 0 | undefined)[]): string[] {
  return parts.filter((part): part is string => typeof part === 'string')
}
