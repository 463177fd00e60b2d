import type { Decision, TraceStep } from '../decision.ts'
import type { Agent, AgentId } from '../domain.ts'
import { moveAssignment } from './assignment-transitions.ts'
import { decideAsAsked, handedOverFrom, withoutAgent } from './asked.ts'
import { noteGiven, reviseAssignment, settle } from './assignment.ts'
import { relabel } from './chat-facts.ts'
import { isMisplaced, isMissed, poolOf } from './chat-state.ts'
import type { Step, Work } from './contract.ts'
import type { Input } from './inputs.ts'
import { isFresh } from './customers.ts'
import { MAX_RETRY_DELAY_MS } from './next.ts'
import { findObstacle, WAIT_FOR_DEPARTMENT } from './obstacle.ts'
import type { Assignment, Choice } from './records.ts'
import {
  agentOf,
  change,
  changeAllowance,
  changeAgent,
  changeOpen,
  chatOf,
  customerOf,
  lastAgentOf,
  noteLastAgent,
  type ChatDraft,
  type Draft,
} from './draft.ts'

/**
 * If our knowledge of a chat is older than this, the chat is fetched before it is assigned: a webhook may have been
 * lost, and a person may have taken the chat.
 */
const VERIFY_AFTER_MS = 10 * 60_000
/**
 * Before a chat is taken from an agent, it is fetched unless HelpCrunch told of it just now: an agent may have acted.
 */
const VERIFY_BEFORE_TAKING_MS = 10_000
/**
 * How often a chat with its own reason to wait is decided again: less often the longer it has waited. No other signal
 * tells when its agent is free.
 */
const LOOK_AT_THIS_CHAT_MS = { least: 1000, most: 10_000, partOfWait: 1 / 20 }
const MOST_IN_TRACE = 100
/** The most that a guard may ask for. */
const MAX_RECENT = 20

/**
 * Decides the next step of an open assignment.
 * @returns `null` if the assignment is not open any more
 */
export function applyStep(
  draft: Draft,
  { assignmentId, chatId, ranking, pluginAnswers }: Extract<Input, { kind: 'step' }>,
): Step | null {
  const work = chatOf(draft, chatId)
  const { open, chat } = work
  if (open?.id !== assignmentId) return null
  const about: Work = {
    assignmentId,
    chatId,
    departmentId: chat.departmentId,
    eventId: open.eventId,
    openedAt: open.openedAt,
    failures: open.failures,
  }
  const { agentId } = open
  if (agentId !== null && chat.assigneeId === agentId) {
    noteGiven(draft, work, agentId)
    noteLastAgent(draft, chat.customerId, agentId, draft.now)
    settle(draft, work, 'assigned')
    if (isMisplaced(work.chat)) reviseAssignment(draft, work, open.eventId)
    return { kind: 'confirmed', ...about, agentId }
  }
  // The rules or the customer may have changed since the labels were made.
  relabel(draft, work)
  const isKnown = open.state === 'waiting' && chat.snapshotAt !== null
  const asked = isKnown ? decideAsAsked(draft, work.chat, open) : null
  const obstacle = isKnown && asked === null ? findObstacle(draft, work.chat, open) : null
  if (obstacle !== null) return follow(draft, work, open, obstacle, about)
  if (!isKnown || !isVerified(work, draft.now)) {
    work.verifiedAt = 'asked'
    return { kind: 'fetch', ...about }
  }
  if (asked !== null) return follow(draft, work, open, asked, about)
  const { customerId } = chat
  const customer = draft.policy.needsCustomer ? customerOf(draft, customerId) : null
  if (draft.policy.needsCustomer && customerId !== null && !isFresh(customer, draft.now))
    return { kind: 'customer', ...about, customerId }
  const handedOver = handedOverFrom(chat)
  const agents = handedOver === null ? draft.state.listed : draft.state.listed.filter(({ id }) => id !== handedOver)
  const routed = draft.moment.route({
    chat: work.chat,
    agents,
    now: draft.now,
    waitingSince: open.openedAt,
    lastAgent: lastAgentOf(draft, customerId),
    advice: ranking,
    pluginAnswers,
  })
  const decision = handedOver === null ? routed : withoutAgent(routed, handedOver, agents)
  return follow(draft, work, work.open ?? open, withoutCustomer(decision, customer?.failure ?? null), about)
}

/** Adds to the decision that the customer could not be read, so that labels by customer may be missing. */
function withoutCustomer(decision: Decision, failure: string | null): Decision {
  if (failure === null) return decision
  const kept = decision.steps[0]?.kept ?? []
  const skipped = `could not be read (${failure}): labels by customer are as last known`
  const summary = `${decision.summary}; the customer could not be read (${failure})`
  return { ...decision, summary, steps: [{ rule: 'customer', kept, skipped }, ...decision.steps] }
}

function isVerified({ chat, verifiedAt }: ChatDraft, now: number): boolean {
  const validMs = chat.assigneeId === null ? VERIFY_AFTER_MS : VERIFY_BEFORE_TAKING_MS
  return chat.snapshotAt !== null && typeof verifiedAt === 'number' && Math.abs(now - verifiedAt) <= validMs
}

function follow(draft: Draft, work: ChatDraft, open: Assignment, decision: Decision, about: Work): Step {
  const { chat } = work
  const { summary, lookAgainAt } = decision
  if (decision.asksPlugins !== undefined) return { kind: 'ask plug-ins', ...about, question: decision.asksPlugins }
  if (decision.asks !== null) {
    const { id, labels, channel, departmentId } = chat
    const { waitedMs } = decision.known
    return {
      kind: 'ask',
      ...about,
      question: { chatId: id, departmentId, labels, channel, waitedMs, candidates: decision.asks },
    }
  }
  if (decision.isLeft) {
    record(draft, work, decision)
    // Only the customer's next message asks for an agent again.
    change(work, chat.assigneeId === null ? { restingSince: chat.snapshotAt ?? draft.now } : { assignedByUs: false })
    settle(draft, work, 'left')
    return { kind: 'left', ...about, summary }
  }
  const agent = draft.state.listed.find(({ id }) => id === decision.agentId)
  if (agent === undefined) {
    // Waiting chats are decided often; only a new reason is worth a write.
    const isNews = open.summary !== summary
    if (isNews) record(draft, work, decision)
    const told = { kind: 'none eligible', ...about, lookAgainAt, summary, isNews } as const
    if (!decision.isThisChat) return { ...told, pool: poolOf(chat) }
    const isDepartment = decision.steps[0]?.rule === WAIT_FOR_DEPARTMENT
    const longestMs = isDepartment ? MAX_RETRY_DELAY_MS : lookEveryMs(draft.now - open.openedAt)
    changeOpen(work, { notBefore: Math.ceil(Math.min(lookAgainAt ?? Infinity, draft.now + longestMs)) })
    return { ...told, pool: null }
  }
  record(draft, work, decision)
  const choice = choose(draft, agent, decision)
  // Several chats of one customer that are decided at once go to the same agent.
  noteLastAgent(draft, chat.customerId, agent.id, draft.now)
  const isKept = chat.assigneeId === agent.id && isMisplaced(chat) && !isMissed(chat)
  change(work, { misplaced: chat.misplaced.filter((id) => id !== agent.id) })
  work.open = moveAssignment(work.open ?? open, 'decided', { agentId: agent.id, choice, notBefore: 0 })
  if (isKept) {
    // The assignee is the best agent for the chat also in its new department: nothing is sent.
    settle(draft, work, 'assigned')
    return { kind: 'confirmed', ...about, agentId: agent.id }
  }
  return { kind: 'put', ...about, agentId: agent.id, summary }
}

function lookEveryMs(waitedMs: number): number {
  const { least, most, partOfWait } = LOOK_AT_THIS_CHAT_MS
  return Math.min(Math.max(waitedMs * partOfWait, least), most)
}

/** Moves the chosen agent to the end of the rotation, and records the credit of all candidates. */
function choose(draft: Draft, agent: Agent, { credits, decidedAt }: Decision): Choice {
  const position = draft.state.lastPosition + 1
  const moved: { agentId: AgentId; by: number }[] = []
  for (const { agentId, credit } of credits ?? []) {
    moved.push({ agentId, by: credit - agentOf(draft, agentId).agent.credit })
    changeAgent(draft, agentId, { credit })
  }
  changeAgent(draft, agent.id, { turn: position, recentAt: [...agent.recentAt, decidedAt].slice(-MAX_RECENT) })
  changeAllowance(draft, agent.id, -1)
  return { at: decidedAt, position, positionBefore: agent.turn, credits: moved }
}

function record(draft: Draft, work: ChatDraft, decision: Decision): void {
  if (work.open === null) return
  changeOpen(work, { summary: decision.summary })
  const kept: Decision = { ...decision, steps: decision.steps.map(shorten), credits: null }
  draft.decisions.push({ assignmentId: work.open.id, decision: kept })
}

/** Keeps the best hundred agents of a long step; the summary has the full count. */
function shorten(step: TraceStep): TraceStep {
  const { scores = [], kept } = step
  if (Math.max(kept.length, scores.length) <= MOST_IN_TRACE) return step
  const best = scores.toSorted((a, b) => a.score - b.score).slice(0, MOST_IN_TRACE)
  return { ...step, kept: kept.slice(0, MOST_IN_TRACE), ...(scores.length > 0 ? { scores: best } : {}) }
}
