import type { PluginQuestion, Verdict } from '../decision.ts'
import type { Settings } from '../routing/settings.ts'
import type { PluginFailure, RuleDescription } from './contract.ts'

/** The messages to a plug-in's process, as JSON. */
export type ToChild =
  | {
      readonly kind: 'settings'
      readonly policy: string
      readonly file: Settings['file']
      readonly agentCapacity: number | null
      readonly botAgentIds: string | null
    }
  | { readonly kind: 'ask'; readonly id: number; readonly policy: string; readonly question: PluginQuestion }

/** The messages from a plug-in's process. */
export type FromChild =
  | {
      readonly kind: 'loaded'
      readonly rules: readonly RuleDescription[]
      /** The module's own files, which are watched for changes. */
      readonly files: readonly string[]
    }
  | { readonly kind: 'answer'; readonly id: number; readonly answers: readonly RuleAnswer[] }
  | { readonly kind: 'failed'; readonly failure: PluginFailure; readonly reason: string }

/** One rule's answers, in the order of the question's candidates. */
export type RuleAnswer =
  | { readonly rule: string; readonly verdicts: readonly Verdict[] }
  | { readonly rule: string; readonly scores: readonly number[] }
  | { readonly rule: string; readonly skipped: string }
