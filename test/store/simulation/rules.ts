import type { ChatPolicy } from '../../../src/decision.ts'
import { chatPolicyOf } from '../../../src/routing/chat-policy.ts'
import type { Policy } from '../../../src/routing/contract.ts'
import { policyOf } from '../../support/people.ts'

/** The rules that an account is decided by for a while. */
export interface Rules {
  readonly policy: Policy
  readonly ofChats: ChatPolicy
  /** How many chats an agent may have at once. */
  readonly capacity: number
}

function rulesOf(order: string, capacity: number | null): Rules {
  const policy = policyOf(order, capacity)
  return { policy, ofChats: chatPolicyOf(policy), capacity: capacity ?? Infinity }
}

export const RULES: readonly Rules[] = [
  rulesOf('department,available,capacity,load,round-robin', 3),
  rulesOf('department,available,capacity,round-robin', 2),
  rulesOf('department,available,capacity,share,round-robin', 4),
]

/** Under these every chat finds an agent. */
export const OPEN_TO_ALL: Rules = rulesOf('load,round-robin', null)
