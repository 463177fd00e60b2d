import type { Candidate, PluginQuestion } from '../decision.ts'
import type { RuleContext } from './contract.ts'

type Known = Pick<RuleContext, 'chat' | 'now' | 'waitingSince' | 'lastAgent' | 'reach' | 'advice'>

/** The question to the plug-ins about a chat: everything that a rule may look at, as data. */
export function questionOf(context: Known, candidates: readonly Candidate[]): PluginQuestion {
  const { chat, now, waitingSince, lastAgent, reach, advice } = context
  const { departmentIds, agentIds } = reach
  return {
    chat,
    now,
    waitingSince,
    lastAgent,
    reach: {
      ...reach,
      departmentIds: departmentIds === null ? null : [...departmentIds],
      agentIds: [...agentIds],
    },
    advice,
    candidates,
  }
}
