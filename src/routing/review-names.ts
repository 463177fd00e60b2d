import type { Agent, Department } from '../domain.ts'
import { isBot } from './bots.ts'
import type { Settings } from './settings.ts'

/** Finds ids that HelpCrunch does not have, names that differ there, and skills that no agent has. */
export function reviewNames(
  settings: Settings,
  agents: readonly Agent[],
  departments: readonly Department[],
): string[] {
  const { file } = settings
  const agentNames = new Map(agents.map(({ id, name }) => [String(id), name]))
  const departmentNames = new Map(departments.map(({ id, name }) => [String(id), name]))
  const skills = new Set(agents.flatMap(({ id }) => [...settings.profileOf(id).skills]))
  const findings: string[] = []
  const expect = (isFine: boolean, problem: string) => void (isFine || findings.push(problem))
  const expectName = (path: string, here: string | undefined, there: string | undefined) =>
    expect(
      here === undefined || there === undefined || here === there,
      `${path}.name: "${here}", but HelpCrunch has "${there}" under this id`,
    )

  for (const [id, { name }] of Object.entries(file.agents ?? {})) {
    expect(agentNames.has(id), `agents.${id}: HelpCrunch has no such agent`)
    expectName(`agents.${id}`, name, agentNames.get(id))
  }
  for (const [id, { name, overflow = [], whenNobody }] of Object.entries(file.departments ?? {})) {
    const hasDepartment = (each: string) => departmentNames.has(each) || each === 'none'
    expect(hasDepartment(id), `departments.${id}: HelpCrunch has no such department`)
    expectName(`departments.${id}`, name, departmentNames.get(id))
    const targets = [
      ...overflow.map(({ to }) => to),
      ...(typeof whenNobody === 'object' && 'department' in whenNobody ? [whenNobody.department] : []),
    ]
    for (const to of targets) {
      expect(
        typeof to === 'string' || hasDepartment(String(to)),
        `departments.${id}: HelpCrunch has no department ${to}`,
      )
    }
    const endless = overflow.findIndex(({ to, seconds }) => to !== 'nobody' && seconds === undefined)
    expect(
      endless < 0 || endless === overflow.length - 1,
      `departments.${id}: step ${endless + 1} of the overflow has no seconds, so those after it never come`,
    )
    if (typeof whenNobody === 'object' && 'agent' in whenNobody) {
      expect(agentNames.has(String(whenNobody.agent)), `departments.${id}: HelpCrunch has no agent ${whenNobody.agent}`)
    }
  }
  for (const { skill } of settings.needs) expect(skills.has(skill), `needs: no agent has the skill ${skill}`)
  const canHaveChats = agents.some((agent) => !isBot(agent, settings) && !settings.isTakenOut(agent.id, null))
  expect(canHaveChats || agents.length === 0, 'no agent gets chats: all are bots, or have a capacity or weight of 0')
  return findings
}
