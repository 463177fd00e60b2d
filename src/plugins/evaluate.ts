import type { PluginQuestion, Verdict } from '../decision.ts'
import type { Filter, Rank, Rule, RuleContext } from '../routing/contract.ts'
import type { Settings } from '../routing/settings.ts'
import type { RuleAnswer } from './messages.ts'

const MAX_REASON_LENGTH = 200

/** Asks each rule about each candidate. A rule that throws, or gives no usable answer, is skipped with the reason. */
export function evaluate(rules: readonly Rule[], question: PluginQuestion, settings: Settings): RuleAnswer[] {
  const context = contextOf(question, settings)
  return rules.map((rule) => {
    try {
      return rule.kind === 'filter' ? filter(rule, question, context) : rank(rule, question, context)
    } catch (error) {
      return { rule: rule.name, skipped: describe(error) }
    }
  })
}

function filter(rule: Filter, { candidates }: PluginQuestion, context: RuleContext): RuleAnswer {
  return { rule: rule.name, verdicts: candidates.map((candidate) => readVerdict(rule.keep(candidate, context))) }
}

function rank(rule: Rank, { candidates }: PluginQuestion, context: RuleContext): RuleAnswer {
  const scores = candidates.map((candidate) => readScore(rule.score(candidate, context)))
  return { rule: rule.name, scores }
}

/** Rebuilds from data what the contract of rules promises. */
function contextOf(question: PluginQuestion, settings: Settings): RuleContext {
  const { chat, now, waitingSince, lastAgent, reach, advice, candidates } = question
  const candidateIds = new Set(candidates.map(({ agent }) => agent.id))
  const { departmentIds, agentIds } = reach
  return {
    chat,
    now,
    waitingSince,
    lastAgent,
    settings,
    reach: {
      ...reach,
      departmentIds: departmentIds === null ? null : new Set(departmentIds),
      agentIds: new Set(agentIds),
    },
    isCandidate: (agentId) => candidateIds.has(agentId),
    advice,
    owed: new Map(),
  }
}

/**
 * Reads a filter's verdict.
 * @throws Error for other values: rules may be written in JavaScript
 */
function readVerdict(given: unknown): Verdict {
  if (given === true) return true
  refusePromise(given)
  const drop = typeof given === 'string' ? { reason: given } : given
  if (typeof drop !== 'object' || drop === null || !('reason' in drop) || typeof drop.reason !== 'string')
    throw new Error('gave neither true nor a reason')
  const until = 'until' in drop ? (drop.until ?? null) : null
  if (until !== null && (typeof until !== 'number' || Number.isNaN(until)))
    throw new Error('gave an "until" that is no time')
  return {
    reason: drop.reason.slice(0, MAX_REASON_LENGTH),
    // Infinity is no JSON, and means the same as `null`: nothing to wait for.
    until: until === null || !Number.isFinite(until) ? null : until,
    ...('isThisChat' in drop && drop.isThisChat === true ? { isThisChat: true } : {}),
  }
}

function readScore(given: unknown): number {
  refusePromise(given)
  if (typeof given !== 'number' || !Number.isFinite(given)) throw new Error('gave something that is no number')
  return given
}

/** Refuses a promise: no caller waits for it, and its rejection would end the process. */
function refusePromise(given: unknown): void {
  if (!(given instanceof Promise)) return
  given.catch(() => undefined)
  throw new Error('is asynchronous: a rule has to answer at once')
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON_LENGTH)
}
