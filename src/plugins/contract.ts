import type { PluginAnswer, PluginQuestion } from '../decision.ts'
import type { Check } from '../domain.ts'
import type { Policy, Rule } from '../routing/contract.ts'

/** The rules of all plug-ins, each module in a process of its own. */
export interface Plugins {
  /** Rules for the policy that stand in for the plug-ins' rules, and return the answers that `ask` got. */
  rules(): readonly Rule[]
  /**
   * Asks all plug-ins about one chat. Never throws, and answers within the deadline: a rule without an answer by then
   * is skipped, with the reason.
   */
  ask(question: PluginQuestion, policy: Policy): Promise<readonly PluginAnswer[]>
  /** Calls `listener` when a changed module was loaded again; returns a function that removes it. */
  onChange(listener: () => void): () => void
  check(): Check
  close(): Promise<void>
}

/** Why a module was stopped, or a rule was skipped: the label of the counter. */
export type PluginFailure = 'deadline' | 'memory' | 'exit' | 'error' | 'answer'

export const PLUGIN_FAILURES: readonly PluginFailure[] = ['deadline', 'memory', 'exit', 'error', 'answer']

/** A rule as its module describes it. */
export interface RuleDescription {
  readonly name: string
  readonly kind: Rule['kind']
}
