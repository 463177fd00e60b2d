import { applyToWhole } from '../../src/core/fold.ts'
import { sortEvent, sortFound } from '../../src/core/chat-facts.ts'
import { newRecord } from '../../src/core/chat-state.ts'
import type { Applied, Step } from '../../src/core/contract.ts'
import type { Input, OperatorAct, Settlement } from '../../src/core/inputs.ts'
import { findDue, findNext } from '../../src/core/next.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import type { AgentRecord, Assignment, ChatRecord } from '../../src/core/records.ts'
import { createState } from '../../src/core/state.ts'
import type { ChatPolicy, Decision, Situation } from '../../src/decision.ts'
import type { AssignmentId, AssignmentState, Chat, ChatEvent, FoundChat, Roster } from '../../src/domain.ts'
import { agentId, chatId } from './events.ts'
import { decisionFor, NOW } from './people.ts'

export type Core = ReturnType<typeof openCore>

/** Chooses this agent for every chat, or none. */
export const choose =
  (agent: number | null) =>
  ({ chat }: Situation): Decision =>
    decisionFor(agent === null ? null : agentId(agent), chat.id)

/** An account in memory: the pure core, on the test's own time. */
export function openCore(
  given: { policy?: ChatPolicy; route?: (situation: Situation) => Decision; now?: number } = {},
) {
  const state = createState()
  const world = { now: given.now ?? NOW, policy: given.policy ?? PLAIN, route: given.route ?? choose(1) }
  let lastId = 0

  function apply(input: Input): Applied {
    const nextAssignmentId = () => (lastId += 1) as AssignmentId
    return applyToWhole(state, input, { ...world, nextAssignmentId })
  }

  function record(chat: number): ChatRecord {
    return state.chats.get(chatId(chat)) ?? newRecord(chatId(chat))
  }

  return {
    state,
    /** What time it is, and the rules: a test may change them. */
    world,
    apply,
    record,
    chat: (chat: number): Chat => record(chat).chat,
    open: (chat: number): Assignment | null => record(chat).open,
    agent(id: number): AgentRecord {
      const found = state.agents.get(agentId(id))
      if (found === undefined) throw new Error(`no agent ${id}`)
      return found
    },
    /** @param receivedAt when it was acknowledged, if not now */
    receive: (event: ChatEvent, receivedAt = world.now) =>
      apply({ kind: 'event', event: sortEvent(event, world.policy), receivedAt }),
    saveRoster: (roster: Roster) => apply({ kind: 'roster', roster, seenAt: world.now }),
    /** @param openSince a chat is left alone where its customer last wrote before */
    find: (found: readonly FoundChat[], takenAt: number, openSince = 0) =>
      apply({
        kind: 'page',
        found: found.map((each) => sortFound(each, world.policy)),
        takenAt,
        openSince,
      }).reconciled,
    act: (act: OperatorAct) => apply({ kind: 'act', act }).replay,
    /** Applies what has fallen due. */
    fallDue(): void {
      const chatIds = findDue(state, world.now, world.policy.silentMs)
      if (chatIds.length > 0) apply({ kind: 'due', chatIds })
    },
    /** Takes the next step, or `null` if nothing is due. */
    step(pools: readonly string[] = []): Step | null {
      const next = findNext(state, world.now, { pools: new Set(pools), assignments: new Set() })
      return next === null ? null : apply({ kind: 'step', ...next }).step
    },
    settle(step: Step, settlement: Settlement): AssignmentState | null {
      const { assignmentId, chatId: id, eventId } = step
      const agent = 'agentId' in step ? step.agentId : null
      return apply({ kind: 'settlement', assignmentId, chatId: id, eventId, agentId: agent, settlement })
        .assignmentState
    },
  }
}

/** Two agents, the second one in department 10. */
export const TWO_AGENTS: Roster = {
  agents: [1, 2].map((id) => ({ id: agentId(id), name: `Agent ${id}` })),
  departments: [{ id: 10 as Roster['departments'][number]['id'], name: 'Sales', agentIds: [agentId(2)] }],
}
