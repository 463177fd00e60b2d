import type { Agent, Department } from '../domain.ts'
import type { Policy } from './contract.ts'
import { RULES } from './policy.ts'
import { probeRule } from './probe-rule.ts'
import { reviewLabels } from './review-labels.ts'
import { reviewNames } from './review-names.ts'
import { uncoveredHours } from './review-shifts.ts'

/** Finds settings that make no sense with any roster; a sentence each. */
export function reviewFile(policy: Policy): string[] {
  // In the service a plug-in's rule runs in a process of its own; only check-config looks into it.
  const own = policy.rules.filter(({ rule }) => !RULES.includes(rule) && rule.isPlugin !== true)
  const ofPlugins = own.flatMap(({ rule }) => probeRule(rule, policy.settings))
  return [...reviewRules(policy), ...reviewLabels(policy.settings.file), ...ofPlugins]
}

/** Finds settings that make no sense with this account's agents and departments; a sentence each. */
export function reviewRoster(
  { settings }: Policy,
  agents: readonly Agent[],
  departments: readonly Department[],
  now: number,
): string[] {
  return [
    ...reviewNames(settings, agents, departments),
    ...departments.flatMap((department) => uncoveredHours(department, { settings, agents, departments, now })),
  ]
}

/** Finds settings that no rule looks at, rules without settings, and preferences that come too early. */
function reviewRules({ rules, settings }: Policy): string[] {
  const { file } = settings
  const names = new Set(rules.map(({ rule }) => rule.name))
  const findings: string[] = []
  const expect = (isFine: boolean, problem: string) => void (isFine || findings.push(problem))
  const ofAgents = Object.values(file.agents ?? {})
  const hasWeights = ofAgents.some(({ weight = 1 }) => weight !== 1 && weight !== 0)
  const hasCapacity = [...ofAgents, ...Object.values(file.departments ?? {})].some(({ capacity }) => capacity != null)

  const needed: [string, boolean, string][] = [
    ['skills', file.needs !== undefined, 'needs'],
    ['present', file.hereMinutes !== undefined, 'hereMinutes'],
    ['external', file.external !== undefined, 'external'],
    ['guard', file.guard !== undefined, 'guard'],
    ['sticky', file.sticky !== undefined, 'sticky'],
    ['share', hasWeights, 'weights'],
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
      `${rule.name}? stands before ${later?.rule.name}: that may drop all agents that ${rule.name} preferred, and the chat waits although others are free`,
    )
  }
  const isLimited = hasCapacity || settings.capacityOf(0 as Agent['id'], null) !== null
  // Without named rules, `capacity` is in force even if no capacity is set.
  expect(isLimited || file.rules === undefined || !names.has('capacity'), NO_CAPACITY)
  return findings
}

const NO_CAPACITY =
  'the rule capacity never matters: no agent has a capacity; set AGENT_CAPACITY, or capacity in the routing file'
