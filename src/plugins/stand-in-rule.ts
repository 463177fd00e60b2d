import type { PluginAnswer, Verdict } from '../decision.ts'
import type { AgentId } from '../domain.ts'
import { defineFilter, defineRank, type Rule, type RuleContext } from '../routing/contract.ts'
import type { RuleDescription } from './contract.ts'

/**
 * The rule that stands in for a plug-in's: it returns the plug-in's answer. Without an answer it throws, and so is
 * skipped like every rule that throws.
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

/** Looks answers up by agent, with an index made once for each decision. */
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

/** Returns the answer. There is none for an agent who has become a candidate since the plug-in was asked. */
function said<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error('was not asked about every candidate')
  return answer
}
