import type { Agent, Department } from '../domain.ts'
import type { Policy } from './contract.ts'

const HOUR_MS = 3_600_000
const HOURS_A_WEEK = 168

/** What makes no sense in the settings of this account, a sentence each. */
export function reviewPolicy(
  { rules, settings }: Policy,
  agents: readonly Agent[],
  departments: readonly Department[],
  now: number,
): string[] {
  const { file } = settings
  const names = new Set(rules.map(({ rule }) => rule.name))
  const known = new Set(agents.map(({ id }) => String(id)))
  const knownDepartments = new Set([...departments.map(({ id }) => String(id)), 'none'])
  const skills = new Set(agents.flatMap(({ id }) => [...settings.profileOf(id).skills]))
  const weights = new Set(agents.map(({ id }) => settings.profileOf(id).weight))
  const findings: string[] = []
  const expect = (isFine: boolean, problem: string) => void (isFine || findings.push(problem))

  for (const id of Object.keys(file.agents ?? {})) expect(known.has(id), `agents.${id}: HelpCrunch has no such agent`)
  for (const [id, { overflow = [], whenNobody }] of Object.entries(file.departments ?? {})) {
    expect(knownDepartments.has(id), `departments.${id}: HelpCrunch has no such department`)
    const targets = [
      ...overflow.map(({ to }) => to),
      ...(typeof whenNobody === 'object' && 'department' in whenNobody ? [whenNobody.department] : []),
    ]
    for (const to of targets) {
      expect(
        typeof to === 'string' || knownDepartments.has(String(to)),
        `departments.${id}: HelpCrunch has no department ${to}`,
      )
    }
    const endless = overflow.findIndex(({ to, seconds }) => to !== 'nobody' && seconds === undefined)
    const isLast = endless < 0 || endless === overflow.length - 1
    expect(
      isLast,
      `departments.${id}: step ${endless + 1} of the overflow has no seconds, so those after it never come`,
    )
    if (typeof whenNobody === 'object' && 'agent' in whenNobody) {
      expect(known.has(String(whenNobody.agent)), `departments.${id}: HelpCrunch has no agent ${whenNobody.agent}`)
    }
  }
  for (const { skill } of settings.needs) expect(skills.has(skill), `needs: no agent has the skill ${skill}`)

  const needed: [string, boolean, string][] = [
    ['skills', file.needs !== undefined, 'needs'],
    ['present', file.hereMinutes !== undefined, 'hereMinutes'],
    ['external', file.external !== undefined, 'external'],
    ['guard', file.guard !== undefined, 'guard'],
    ['sticky', file.sticky !== undefined, 'sticky'],
    ['share', weights.size > 1, 'weights'],
  ]
  for (const [name, isSet, setting] of needed) {
    expect(!isSet || names.has(name), `${setting}: never looked at, since the rule ${name} is not among the rules`)
    expect(
      isSet || !names.has(name) || name === 'share' || name === 'sticky',
      `the rule ${name} never matters: there are no ${setting}`,
    )
  }
  const filters = rules.filter(({ rule }) => rule.kind === 'filter')
  for (const [place, { rule, isPreference }] of filters.entries()) {
    const later = filters.slice(place + 1).find((each) => !each.isPreference)
    expect(
      !isPreference || later === undefined,
      `${rule.name}? stands before ${later?.rule.name}: whom it prefers may be dropped then, and nobody is left`,
    )
  }
  const hasCapacity = agents.some(({ id }) => settings.capacityOf(id, null) !== null)
  expect(hasCapacity || !names.has('capacity'), 'the rule capacity never matters: nobody has a capacity')
  for (const department of departments) findings.push(...uncovered(department, settings, now))
  return findings
}

/** The hours of the coming week in which nobody of a department is on shift. */
function uncovered({ id, name, agentIds }: Department, settings: Policy['settings'], now: number): string[] {
  if (agentIds.length === 0) return [`department ${name} (${id}): it has no agents`]
  const whenNobody = settings.departmentOf(id)?.whenNobody ?? 'wait'
  if (whenNobody !== 'wait') return []
  const from = Math.ceil(now / HOUR_MS) * HOUR_MS
  const hours = Array.from({ length: HOURS_A_WEEK }, (_, hour) => from + hour * HOUR_MS)
  const alone = hours.filter((at) => !agentIds.some((agentId) => settings.profileOf(agentId).workingTime.isOpen(at)))
  if (alone.length === 0) return []
  const first = new Date(alone[0] as number).toISOString()
  return [
    `department ${name} (${id}): nobody is on shift in ${alone.length} hours of the coming week, the first at ${first}; its chats wait`,
  ]
}
