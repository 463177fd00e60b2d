import type { Chat } from '../domain.ts'
import { isBot } from './bots.ts'
import { defineFilter, type Candidate, type Filter, type Policy, type PolicyRule } from './contract.ts'

/** The rules of a policy, preceded by the rules of every policy that matter for this chat. */
export function rulesFor(policy: Policy, candidates: readonly Candidate[], chat: Chat): readonly PolicyRule[] {
  const { settings } = policy
  const always: Filter[] = []
  if (candidates.some(({ agent }) => isBot(agent, settings))) always.push(PERSON)
  if (candidates.some(isTakenOut)) always.push(NOT_TAKEN_OUT)
  if (candidates.some(({ agent }) => agent.isSetAside)) always.push(ACCEPTED)
  if (chat.missedBy.length > 0) always.push(NOT_MISSED)
  return always.length === 0
    ? policy.rules
    : [...always.map((rule) => ({ rule, isPreference: false })), ...policy.rules]
}

const PERSON = defineFilter({
  name: 'person',
  keep: ({ agent }, { settings }) => (isBot(agent, settings) ? 'a bot' : true),
})

const NOT_TAKEN_OUT = defineFilter({
  name: 'not taken out',
  keep: (candidate) => (isTakenOut(candidate) ? 'gets no chats: capacity or weight 0 in the routing file' : true),
})

const ACCEPTED = defineFilter({
  name: 'accepted',
  keep: ({ agent }) => (agent.isSetAside ? 'refused by HelpCrunch, set aside until the roster is read again' : true),
})

const NOT_MISSED = defineFilter({
  name: 'not missed',
  keep: ({ agent }, { chat }) => (chat.missedBy.includes(agent.id) ? 'let this chat pass unanswered' : true),
})

function isTakenOut({ capacity, weight }: Candidate): boolean {
  return capacity === 0 || weight === 0
}
