import type { PluginAnswer, Verdict } from '../decision.ts'
import type { AgentId } from '../domain.ts'
import { defineFilter, defineRank, type Rule, type RuleContext } from '../routing/contract.ts'
import type { RuleDescription } from './contract.ts'

/**
 * The rule of a plug-in as routing sees it: it says what the plug-in has answered. Where there is no answer, it throws, and so is
 * skipped, as every rule that throws.
 */
export function standInFor({ name, kind }: RuleDescription): Rule {
  if (kind === 'filter') {
    const answers = createLookup(name, 'filter')
    return defineFilter({ name, isPlugin: true, keep: ({ agent }, context) => said(answers(context).get(agent.id)) })
  }
  const answers = createLookup(name, 'rank')
  return defineRank({ name, isPlugin: true, score: ({ agent }, context) => said(answers(context).get(agent.id)) })
}

type Said<Kind> = Kind extends 'filter' ? Verdict : number

/** The answers by agent, sorted once for each decision. */
function createLookup<Kind extends 'filter' | 'rank'>(
  name: string,
  kind: Kind,
): (context: RuleContext) => ReadonlyMap<AgentId, Said<Kind>> {
  let sorted: { readonly answer: PluginAnswer; readonly byAgent: ReadonlyMap<AgentId, Said<Kind>> } | null = null
  return ({ pluginAnswers }) => {
    const answer = pluginAnswers?.find(({ rule }) => rule === name)
    if (answer === undefined) throw new Error('was not asked')
    if (answer.kind === 'skipped') throw new Error(answer.reason)
    if (answer.kind !== kind) throw new Error(`is a ${answer.kind} now, and no ${kind}`)
    if (sorted?.answer !== answer)
      sorted = { answer, byAgent: new Map(answer.byAgent as readonly (readonly [AgentId, Said<Kind>])[]) }
    return sorted.byAgent
  }
}

/** An agent who has become a candidate since the plug-in was asked. */
function said<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error('was not asked about every candidate')
  return answer
}
