import type { Decision, PluginQuestion, Situation, TraceStep } from '../decision.ts'
import type { Agent, AgentId } from '../domain.ts'
import type { Candidate, Policy, Reach, Route, RuleContext } from './contract.ts'
import { owedTo, payFor } from './credits.ts'
import { rulesFor } from './always.ts'
import { isBot } from './bots.ts'
import { narrow } from './narrow.ts'
import { questionOf } from './plugin-question.ts'
import { absenceOf } from './presence.ts'
import { isReached, reachOf } from './reach.ts'
import { summarize } from './summary.ts'

/**
 * Lets each rule narrow the candidates that the previous one left. A tie at the end goes to the lowest agent id, so
 * that the same situation always gives the same decision. If a filter leaves no agent, none is chosen.
 */
export const route: Route = (policy, situation) => {
  const { chat, agents, now, waitingSince } = situation
  const reach = reachOf(policy.settings, situation)
  const steps: TraceStep[] = []
  let candidates: readonly Candidate[] = reach.isOver
    ? []
    : agents.map((agent) => candidateOf(agent, policy, situation))
  let lookAgainAt = reach.nextAt
  let isThisChat = false
  let owed: ReadonlyMap<AgentId, number> | null = null
  let asks: Decision['asks'] = null
  let asksPlugins: PluginQuestion | null = null
  const advice = situation.advice ?? []
  const lastAgent = lastAgentOf(policy, situation, reach)
  const { pluginAnswers } = situation
  const base = { chat, now, waitingSince, settings: policy.settings, reach, lastAgent, advice, pluginAnswers }

  for (const { rule, isPreference } of rulesFor(policy, candidates, chat)) {
    if (candidates.length === 0) break
    if (rule.isPlugin === true && pluginAnswers === undefined) {
      asksPlugins = questionOf(base, candidates)
      break
    }
    if (rule.name === 'external' && situation.advice === undefined && candidates.length > 1) {
      asks = candidates
      break
    }
    if (rule.name === 'share') owed = owedTo(candidates)
    const context: RuleContext = { ...base, isCandidate: lookup(candidates), owed: owed ?? NOTHING_OWED }
    const step = narrow(rule, candidates, context)
    const isPassedOver = isPreference && step.kept.length === 0
    steps.push(isPassedOver ? { ...step.trace, isPassedOver } : step.trace)
    if (isPassedOver) continue
    candidates = step.kept
    lookAgainAt = earlier(lookAgainAt, step.lookAgainAt)
    isThisChat ||= step.isThisChat
  }

  const chosen = withLowestId(candidates)
  return {
    chatId: chat.id,
    decidedAt: now,
    policy: policy.version,
    steps,
    agentId: chosen?.agent.id ?? null,
    summary: reach.isOver ? LEFT : summarize(agents.length, steps, chosen?.agent ?? null),
    known: { departmentId: chat.departmentId, labels: chat.labels, waitedMs: now - waitingSince },
    lookAgainAt: chosen === null ? lookAgainAt : null,
    isThisChat: chosen === null && isThisChat,
    isLeft: reach.isOver,
    asks,
    ...(asksPlugins === null ? {} : { asksPlugins }),
    credits: chosen === null || owed === null ? null : payFor(chosen.agent.id, owed),
  }
}

const NOTHING_OWED: ReadonlyMap<AgentId, number> = new Map()
const LEFT = 'no agent: the time that the routing file gives is over, and the chat is left unassigned'

function candidateOf(agent: Agent, { settings }: Policy, { chat }: Situation): Candidate {
  const capacity = settings.capacityOf(agent.id, chat.departmentId)
  return { agent, capacity, weight: settings.profileOf(agent.id).weight }
}

/**
 * The agent of the customer's last chat. An agent who can never get this chat counts as absent, so that the chat does
 * not wait.
 */
function lastAgentOf({ settings }: Policy, situation: Situation, reach: Reach): RuleContext['lastAgent'] {
  const { chat, lastAgent, agents, now } = situation
  const agent = agents.find(({ id }) => id === lastAgent?.agentId)
  if (lastAgent === null || agent === undefined) return null
  const isTakenOut = (each: Agent) => isBot(each, settings) || settings.isTakenOut(each.id, chat.departmentId)
  const canHaveIt =
    isReached(agent, reach) && !agent.isSetAside && !chat.missedBy.includes(agent.id) && !isTakenOut(agent)
  return { ...lastAgent, isPresent: canHaveIt && absenceOf(agent, settings, now) === null }
}

/** Builds the set of candidates only when a rule asks for it. */
function lookup(candidates: readonly Candidate[]): (agentId: AgentId) => boolean {
  let ids: Set<AgentId> | null = null
  return (agentId) => {
    ids ??= new Set(candidates.map(({ agent }) => agent.id))
    return ids.has(agentId)
  }
}

function withLowestId(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (low, next) => (low === null || next.agent.id < low.agent.id ? next : low),
    null,
  )
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
