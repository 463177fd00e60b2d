import type { ChatPolicy, Decision, Situation, TraceStep } from '../../decision.ts'
import type { AssignmentId } from '../../domain.ts'
import type { AgentCache } from '../agents/agent-cache.ts'
import { noteChosen } from '../agents/agents.ts'
import { ASKED, change, noteGiven, settle, type AssignmentDraft, type ChatFile } from '../../core/chat-record.ts'
import { poolOf } from '../../core/chat-state.ts'
import { loadChats } from '../chats/load-chats.ts'
import { saveChats } from '../chats/save-chats.ts'
import type { Change, Except, Turn, Work } from '../contract.ts'
import { lastAgentOf, noteLastAgent } from '../chats/customers.ts'
import { takeIn } from '../arrivals/inbox.ts'
import { addRequest } from './requests.ts'
import type { TxScope } from '../scope.ts'
import { merge } from '../changes.ts'
import { findNext } from './next.ts'
import { sweep } from './sweep.ts'

/**
 * What we know of a chat is older than this: a webhook may have been lost, and a person may have taken the chat. It is
 * looked at before it is given to anybody.
 */
const LOOK_AGAIN_AFTER_MS = 10 * 60_000
/** A chat that is taken from somebody is looked at unless it was heard of just now: they, or anybody else, may have acted. */
const LOOK_BEFORE_TAKING_MS = 10_000
/** A chat that waits for one agent alone is looked at so often: nothing else tells when they are free. */
const LOOK_AT_THIS_CHAT_MS = 1000
const MOST_IN_TRACE = 100

/** Takes the next assignment that is due, and records what becomes of it before anything is sent. */
export async function takeTurn(
  scope: TxScope,
  now: number,
  except: Except,
  route: (situation: Situation) => Decision,
  policy: ChatPolicy,
  cache: AgentCache,
): Promise<{ turn: Turn | null; change: Change }> {
  const { change: arrived, isAll } = await takeIn(scope, now, policy)
  // Nobody is given a chat on half of what is known: the next turn goes on.
  if (!isAll || arrived.hasMissed === true) return { turn: null, change: { ...arrived, hasWork: true } }
  const woken = merge(arrived, await sweep(scope, now, policy))
  const next = await findNext(scope, now, except)
  if (next === null) return { turn: null, change: woken }
  const file = (await loadChats(scope, [next.chat_id])).get(next.chat_id) as ChatFile
  const draft = file.open as AssignmentDraft
  const turn = await decide(scope, file, { ...draft, id: next.id }, now, route, policy, cache)
  const saved = await saveChats(scope, [file], now, policy)
  return { turn, change: { ...woken, hasFreed: woken.hasFreed || saved.hasFreed } }
}

async function decide(
  scope: TxScope,
  file: ChatFile,
  draft: AssignmentDraft & { id: AssignmentId },
  now: number,
  route: (situation: Situation) => Decision,
  policy: ChatPolicy,
  cache: AgentCache,
): Promise<Turn> {
  const { chat } = file
  const open = file.open as AssignmentDraft
  const work: Work = {
    assignmentId: draft.id,
    chatId: chat.id,
    departmentId: chat.departmentId,
    eventId: draft.eventId,
    openedAt: draft.openedAt,
    failures: draft.failures,
  }
  if (open.agentId !== null && chat.assigneeId === open.agentId) {
    const { agentId } = open
    noteGiven(file, agentId, now, policy)
    await noteLastAgent(scope, chat.customerId, agentId, now, policy)
    settle(file, 'assigned', now)
    return { kind: 'confirmed', ...work, agentId }
  }
  const knownForMs = chat.assigneeId === null ? LOOK_AGAIN_AFTER_MS : LOOK_BEFORE_TAKING_MS
  if (chat.snapshotAt === null || now - file.heardAt > knownForMs) {
    file.heardAt = ASKED
    file.isChanged = true
    await addRequest(scope, now)
    return { kind: 'fetch', ...work }
  }
  if (open.agentId !== null) {
    await addRequest(scope, now)
    return { kind: 'put', ...work, agentId: open.agentId, summary: open.summary ?? '' }
  }
  const agents = await cache.load(scope)
  const decision = route({
    chat,
    agents,
    now,
    waitingSince: draft.openedAt,
    lastAgent: await lastAgentOf(scope, chat.customerId),
  })
  const { agentId, summary, lookAgainAt } = decision
  const agent = agents.find(({ id }) => id === agentId)
  if (decision.asks !== null) {
    const { labels, channel, departmentId } = chat
    const { waitedMs } = decision.known
    const question = { chatId: chat.id, departmentId, labels, channel, waitedMs, candidates: decision.asks }
    return { kind: 'ask', ...work, question }
  }
  if (decision.isLeft) {
    await record(scope, file, draft.id, decision)
    // Only the customer's next message asks again.
    change(file, chat.assigneeId === null ? { takenOffAt: chat.snapshotAt ?? now } : { isOurs: false })
    settle(file, 'left', now)
    return { kind: 'left', ...work, summary }
  }
  if (agent === undefined) {
    // Who waits is looked at often; only a new reason is worth a write.
    const isNews = open.summary !== summary
    if (isNews) await record(scope, file, draft.id, decision)
    if (!decision.isThisChat) return { kind: 'nobody', ...work, pool: poolOf(chat), lookAgainAt, summary, isNews }
    open.notBefore = Math.ceil(Math.min(lookAgainAt ?? Infinity, now + LOOK_AT_THIS_CHAT_MS))
    file.touched.add(open)
    return { kind: 'nobody', ...work, pool: null, lookAgainAt, summary, isNews }
  }
  await record(scope, file, draft.id, decision)
  open.state = 'decided'
  open.agentId = agent.id
  await noteChosen(scope, agent, decision)
  await addRequest(scope, now)
  return { kind: 'put', ...work, agentId: agent.id, summary }
}

async function record(scope: TxScope, file: ChatFile, assignmentId: AssignmentId, decision: Decision): Promise<void> {
  const open = file.open as AssignmentDraft
  open.summary = decision.summary
  file.touched.add(open)
  const { chatId, decidedAt, agentId } = decision
  const data = JSON.stringify({ ...decision, steps: decision.steps.map(shorten), credits: null })
  await scope.db
    .insertInto('decision')
    .values({
      account_id: scope.accountId,
      chat_id: chatId,
      assignment_id: assignmentId,
      decided_at: decidedAt,
      agent_id: agentId,
      data,
    })
    .execute()
}

/** Of a thousand agents the best hundred are kept: the summary tells how many there were. */
function shorten(step: TraceStep): TraceStep {
  const { scores = [], kept } = step
  if (Math.max(kept.length, scores.length) <= MOST_IN_TRACE) return step
  const best = scores.toSorted((a, b) => a.score - b.score).slice(0, MOST_IN_TRACE)
  return { ...step, kept: kept.slice(0, MOST_IN_TRACE), ...(scores.length > 0 ? { scores: best } : {}) }
}
