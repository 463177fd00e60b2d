import type { Policy, PolicyRule, Rule } from './contract.ts'
import { available } from './rules/available.ts'
import { capacity } from './rules/capacity.ts'
import { department } from './rules/department.ts'
import { load } from './rules/load.ts'
import { roundRobin } from './rules/round-robin.ts'

/** Every rule there is. A new one is a file in `rules/` and a word here. */
export const RULES: readonly Rule[] = [department, available, capacity, load, roundRobin]

/** The policy that the settings ask for, or a sentence that says what is wrong with them. */
export function createPolicy(settings: { rules: string; agentCapacity: number | null }): Policy | string {
  const rules: PolicyRule[] = []
  for (const word of settings.rules.split(',').map((part) => part.trim())) {
    const isPreference = word.endsWith('?')
    const name = isPreference ? word.slice(0, -1) : word
    const rule = RULES.find((known) => known.name === name)
    const known = RULES.map((each) => each.name).join(', ')
    if (rule === undefined) return `"${name}" is not a rule; known rules: ${known}`
    if (rules.some((earlier) => earlier.rule === rule)) return `"${name}" stands there twice; known rules: ${known}`
    if (isPreference && rule.kind === 'rank')
      return `"${name}?": only a filter can be a preference, and ${name} is a rank`
    rules.push({ rule, isPreference })
  }
  const order = rules.map(({ rule, isPreference }) => rule.name + (isPreference ? '?' : '')).join(',')
  return {
    version: `${order};capacity=${settings.agentCapacity ?? 'none'}`,
    rules,
    capacityOf: () => settings.agentCapacity,
  }
}
