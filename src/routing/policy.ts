import { createHash } from 'node:crypto'
import type { Policy, PolicyRule, Rule } from './contract.ts'
import type { RoutingFile } from './file-schema.ts'
import { labelNeedsCustomer } from './labels.ts'
import { available } from './rules/available.ts'
import { capacity } from './rules/capacity.ts'
import { department } from './rules/department.ts'
import { external } from './rules/external.ts'
import { guard } from './rules/guard.ts'
import { load } from './rules/load.ts'
import { present } from './rules/present.ts'
import { roundRobin } from './rules/round-robin.ts'
import { share } from './rules/share.ts'
import { skills } from './rules/skills.ts'
import { sticky } from './rules/sticky.ts'
import { createSettings } from './settings.ts'

/** All built-in rules. A new rule is a file in `rules/` and an entry here. */
export const RULES: readonly Rule[] = [
  department,
  skills,
  available,
  present,
  guard,
  capacity,
  sticky,
  external,
  load,
  share,
  roundRobin,
]

/**
 * Makes the policy of the settings.
 * @param settings.rules names of rules; `null`: those that the routing file has settings for, in the usual order
 * @returns the policy, or a sentence with the mistake in the settings
 */
export function createPolicy(settings: {
  rules: string | null
  agentCapacity: number | null
  /** `BOT_AGENT_IDS`. */
  botAgentIds?: string | null
  file?: RoutingFile | null
  /** Rules of plug-ins. */
  plugins?: readonly Rule[]
}): Policy | string {
  const file = settings.file ?? {}
  const rules: PolicyRule[] = []
  const all = [...RULES, ...(settings.plugins ?? [])]
  for (const word of (file.rules ?? settings.rules ?? usualRules(file)).split(',').map((part) => part.trim())) {
    const isPreference = word.endsWith('?')
    const name = isPreference ? word.slice(0, -1) : word
    const rule = all.find((known) => known.name === name)
    const known = all.map((each) => each.name).join(', ')
    if (rule === undefined) return `"${name}" is not a rule; known rules: ${known}`
    if (rules.some((earlier) => earlier.rule === rule)) return `"${name}" stands there twice; known rules: ${known}`
    if (isPreference && rule.kind === 'rank')
      return `"${name}?": only a filter can be a preference, and ${name} is a rank`
    const rank = rules.findLast((earlier) => earlier.rule.kind === 'rank')
    if (rule.kind === 'filter' && !isPreference && rank !== undefined)
      return `"${name}" stands after "${rank.rule.name}": a rank leaves only the best, and where a filter drops these, the chat waits although others are free; put ${name} before ${rank.rule.name}`
    rules.push({ rule, isPreference })
  }
  const { botAgentIds = null } = settings
  const order = rules.map(({ rule, isPreference }) => rule.name + (isPreference ? '?' : '')).join(',')
  return {
    version: `${order};capacity=${file.capacity ?? settings.agentCapacity ?? 'none'}${botAgentIds === null ? '' : `;bots=${botAgentIds}`}${digest(settings.file ?? null)}`,
    text: JSON.stringify({
      rules: order,
      agentCapacity: settings.agentCapacity,
      botAgentIds,
      file: settings.file ?? null,
    }),
    rules,
    settings: createSettings(file, settings.agentCapacity, botAgentIds),
  }
}

/**
 * Whether the policy depends on what only `GET /customers/{id}` tells: for a label, or for the weight of a messenger's
 * chats. Every label counts, since rules of plug-ins and the external endpoint may look at it.
 */
export function needsCustomer({ settings: { file } }: Policy): boolean {
  const { chat: _chat, email: _email, ...ofMessengers } = file.channels ?? {}
  return Object.keys(ofMessengers).length > 0 || Object.values(file.labels ?? {}).some(labelNeedsCustomer)
}

/**
 * Makes a policy from `Policy.text`.
 * @param plugins the rules of plug-ins, if the policy names any
 * @throws Error if the text makes no policy: one of its rules is not known any more
 */
export function readPolicyText(text: string, plugins: readonly Rule[] = []): Policy {
  const made = JSON.parse(text) as {
    rules: string
    agentCapacity: number | null
    botAgentIds?: string | null
    file: RoutingFile | null
  }
  const policy = createPolicy({ ...made, plugins })
  if (typeof policy === 'string') throw new Error(`the stored policy cannot be made again: ${policy}`)
  return policy
}

/**
 * The usual rules, without `rules` in the settings. With weights, `share` replaces `load`: chats are distributed in
 * proportion, whatever load they are.
 */
function usualRules(file: RoutingFile): string {
  const hasWeights = Object.values(file.agents ?? {}).some(({ weight = 0 }) => weight !== 0)
  return [
    'department',
    ...(file.needs === undefined ? [] : ['skills']),
    'available',
    ...(file.guard === undefined ? [] : ['guard']),
    'capacity',
    ...(file.sticky === undefined ? [] : ['sticky']),
    // After all filters, so that the preference does not leave only agents that a later filter drops.
    ...(file.hereMinutes === undefined ? [] : ['present?']),
    ...(file.external === undefined ? [] : ['external']),
    hasWeights ? 'share' : 'load',
    'round-robin',
  ].join(',')
}

function digest(file: RoutingFile | null): string {
  if (file === null) return ''
  return `;file=${createHash('sha256').update(JSON.stringify(file)).digest('hex').slice(0, 12)}`
}
