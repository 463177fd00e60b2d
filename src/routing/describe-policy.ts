import type { Agent, Department } from '../domain.ts'
import type { Policy } from './contract.ts'
import { describeSettings } from './describe-settings.ts'

/** Describes the rules in force, a sentence each, in the order in which they narrow the candidates. */
export function describePolicy(policy: Policy, agents: readonly Agent[], departments: readonly Department[]): string[] {
  const { rules, settings } = policy
  const { file } = settings
  const agentName = (id: string | number) => nameOf(agents, Number(id), 'agent')
  const departmentName = (id: string | number) =>
    id === 'none' ? 'chats without a department' : nameOf(departments, Number(id), 'department')
  const sentences = rules.map(({ rule, isPreference }, place) => {
    const words = RULES_IN_WORDS[rule.name] ?? `the rule "${rule.name}" of this account narrows the candidates`
    return `${place + 1}. ${rule.name}: ${words}${isPreference ? ', unless that would leave no agent' : ''}.`
  })
  if (file.shift !== undefined) sentences.push(`Agents work in the shift "${file.shift}", unless they have another.`)
  for (const [name, { zone, hours }] of Object.entries(file.shifts ?? {})) {
    const times = hours.map(({ days, from, to }) => `${days.join(' ')} ${from} to ${to}`)
    sentences.push(`Shift "${name}" (${zone}): ${times.join('; ')}.`)
  }
  for (const [id, agent] of Object.entries(file.agents ?? {})) {
    const facts = [
      ...(agent.capacity === undefined ? [] : [`at most ${agent.capacity} chats at once`]),
      ...(agent.weight === undefined ? [] : [`weight ${agent.weight}`]),
      ...(agent.shift === undefined ? [] : [`shift "${agent.shift}"`]),
      ...(agent.skills === undefined ? [] : [`skills ${agent.skills.join(', ')}`]),
      ...(agent.leave ?? []).map(({ from, to }) => `on leave from ${from} to ${to}`),
    ]
    if (facts.length > 0) sentences.push(`${agentName(id)}: ${facts.join('; ')}.`)
  }
  for (const [id, { whenNobody, overflow = [], capacity }] of Object.entries(file.departments ?? {})) {
    const facts = [
      ...(capacity === undefined ? [] : [`at most ${capacity} chats per agent at once`]),
      ...overflow.map(({ to, seconds }) => {
        const target = typeof to === 'number' ? departmentName(to) : to
        return seconds === undefined ? `then ${target}` : `${target} for ${seconds} s`
      }),
      ...(whenNobody === undefined ? [] : [`when no agent is there: ${describeFallback(whenNobody)}`]),
    ]
    if (facts.length > 0) sentences.push(`${departmentName(id)}: ${facts.join('; ')}.`)
  }
  return [...sentences, ...describeSettings(policy)]

  function describeFallback(fallback: Fallback): string {
    if (fallback === 'wait') return 'the chat waits'
    if (fallback === 'anyway') return 'it goes to an agent who is off shift'
    return 'agent' in fallback ? agentName(fallback.agent) : departmentName(fallback.department)
  }
}

type Fallback = 'wait' | 'anyway' | { readonly agent: number } | { readonly department: number }

function nameOf(list: readonly { readonly id: number; readonly name: string }[], id: number, kind: string): string {
  const found = list.find((each) => each.id === id)
  return found === undefined ? `${kind} ${id}` : `${found.name} (${id})`
}

const RULES_IN_WORDS: Readonly<Record<string, string>> = {
  department: 'members of the chat’s department may have it',
  skills: 'the agent has the skill that the chat’s labels need',
  available: 'the agent is on shift and not paused',
  present: 'the agent wrote to a customer lately',
  guard: 'the agent got few enough new chats in the last minutes',
  capacity: 'the agent has room for another chat',
  sticky: 'the customer’s last agent goes first',
  external: 'the external endpoint ranks the candidates',
  load: 'the agent with the fewest chats goes first',
  share: 'the agent who is owed most by their weight goes first',
  'round-robin': 'the agent whose last chat is longest ago goes first',
}
