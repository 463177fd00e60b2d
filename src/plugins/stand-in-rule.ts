import type { PluginAnswer } from '../decision.ts'
import { defineFilter, defineRank, type Rule, type RuleContext } from '../routing/contract.ts'
import type { RuleDescription } from './contract.ts'

/**
 * The rule of a plug-in as routing sees it: it says what the plug-in has answered. Where there is no answer, it throws, and so is
 * skipped, as every rule that throws.
 */
export function standInFor({ name, kind }: RuleDescription): Rule {
  if (kind === 'filter')
    return defineFilter({
      name,
      isPlugin: true,
      keep: ({ agent }, context) => said(answerOf(name, context, 'filter').byAgent.get(agent.id)),
    })
  return defineRank({
    name,
    isPlugin: true,
    score: ({ agent }, context) => said(answerOf(name, context, 'rank').byAgent.get(agent.id)),
  })
}

function answerOf<Kind extends 'filter' | 'rank'>(
  name: string,
  { pluginAnswers }: RuleContext,
  kind: Kind,
): Extract<PluginAnswer, { kind: Kind }> {
  const answer = pluginAnswers?.get(name)
  if (answer === undefined) throw new Error('was not asked')
  if (answer.kind === 'skipped') throw new Error(answer.reason)
  if (answer.kind !== kind) throw new Error(`is a ${answer.kind} now, and no ${kind}`)
  return answer as Extract<PluginAnswer, { kind: Kind }>
}

/** An agent who has become a candidate since the plug-in was asked. */
function said<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error('was not asked about every candidate')
  return answer
}
