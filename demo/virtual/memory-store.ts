import type { Applied } from '../../src/core/contract.ts'
import type { InForce, Input } from '../../src/core/inputs.ts'
import { sortEvent, sortFound, sortSettlement } from '../../src/core/chat-facts.ts'
import { applyToWhole } from '../../src/core/fold.ts'
import { findDue, findNext, nextDueAt } from '../../src/core/next.ts'
import type { Assignment, ChatHistory } from '../../src/core/records.ts'
import { createState } from '../../src/core/state.ts'
import type { Decision } from '../../src/decision.ts'
import type { AccountId, AssignmentId, ChatId, Clock, EventId, LearnedBurst } from '../../src/domain.ts'
import type { WorkerStore, Notice } from '../../src/store/contract.ts'

const REQUEST_WINDOW_MS = 62_000

/** An account's store on the core alone: what it holds is gone with the process, and nothing waits for a disk. */
export function createMemoryStore(inForce: InForce, clock: Clock): WorkerStore {
  const state = createState()
  const seen = new Set<EventId>()
  const assignments = new Map<ChatId, Map<AssignmentId, Assignment>>()
  const decisions = new Map<AssignmentId, Decision[]>()
  const listeners = new Set<(notice: Notice) => void>()
  let requests: number[] = []
  let lastId = 0
  let learned: LearnedBurst | null = null
  let heldUntil: number | null = null
  let searchedUntil: number | null = null

  function apply(input: Input): Applied {
    const nextAssignmentId = (): AssignmentId => (lastId += 1) as AssignmentId
    const applied = applyToWhole(state, input, { now: clock.now(), ...inForce, nextAssignmentId })
    for (const assignment of applied.assignments) {
      const ofChat = assignments.get(assignment.chatId) ?? new Map<AssignmentId, Assignment>()
      assignments.set(assignment.chatId, ofChat.set(assignment.id, assignment))
    }
    for (const { assignmentId, decision } of applied.decisions) {
      decisions.set(assignmentId, [...(decisions.get(assignmentId) ?? []), decision])
    }
    const { change } = applied
    if (change.hasWork || change.hasFreed) queueMicrotask(() => tell({ ...change, hasMissed: false }))
    return applied
  }

  function tell(notice: Notice): void {
    for (const listener of listeners) listener(notice)
  }

  function subscribe(listener: (notice: Notice) => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  function noteRequest(sentAt: number): void {
    requests = [...requests.filter((at) => at >= sentAt - REQUEST_WINDOW_MS), sentAt]
  }

  function historyOf(chatId: ChatId): ChatHistory | null {
    const chat = state.chats.get(chatId)?.chat
    if (chat === undefined) return null
    const ofChat = [...(assignments.get(chatId)?.values() ?? [])]
    return {
      chat,
      assignments: ofChat.map((each) => Object.assign({}, each, { decisions: decisions.get(each.id) ?? [] })),
    }
  }

  return {
    accountId: 1 as AccountId,
    async receive(event) {
      if (seen.has(event.id)) return 'duplicate'
      seen.add(event.id)
      apply({ kind: 'event', event: sortEvent(event, inForce.policy), receivedAt: clock.now() })
      return 'accepted'
    },
    async receiveCustomer(event) {
      if (seen.has(event.id)) return 'duplicate'
      seen.add(event.id)
      apply({ kind: 'customer', event })
      return 'accepted'
    },
    async next(exclusions, adviceFor) {
      const chatIds = findDue(state, clock.now(), inForce.policy.silentMs)
      if (chatIds.length > 0) apply({ kind: 'due', chatIds })
      const found = findNext(state, clock.now(), exclusions)
      if (found === null) return null
      const { step } = apply({ kind: 'step', ...found, ...adviceFor(found.assignmentId) })
      if (step === null) return null
      if (step.kind === 'put' || step.kind === 'fetch' || step.kind === 'customer') noteRequest(clock.now())
      return { step, committed: Promise.resolve(true) }
    },
    async settle({ assignmentId, chatId, eventId, ...step }, settlement) {
      const agentId = 'agentId' in step ? step.agentId : null
      const sorted = sortSettlement(settlement, inForce.policy)
      return (
        apply({ kind: 'settlement', assignmentId, chatId, eventId, agentId, settlement: sorted }).assignmentState ??
        'superseded'
      )
    },
    nextDueAt: async (now) => nextDueAt(state, now, inForce.policy.silentMs),
    drain: () => Promise.resolve(),
    onWork: subscribe,
    onChange: subscribe,
    recordRequest: async (sentAt) => noteRequest(sentAt),
    recentRequests: async (now) => requests.filter((at) => at >= now - REQUEST_WINDOW_MS),
    learnedBurst: async () => learned,
    async saveLearnedBurst(burst) {
      learned = burst
    },
    heldUntil: async () => heldUntil,
    async saveHeldUntil(until) {
      heldUntil = until
    },
    async saveRoster(roster, seenAt) {
      apply({ kind: 'roster', roster, seenAt })
    },
    rosterSeenAt: async () => Math.max(0, ...Array.from(state.agents.values(), ({ seenAt }) => seenAt ?? 0)) || null,
    async reconcile(found, takenAt, openSince) {
      const sorted = found.map((each) => sortFound(each, inForce.policy))
      const { reconciled } = apply({ kind: 'page', found: sorted, takenAt, openSince })
      return reconciled ?? { opened: 0, corrected: 0, leftAlone: 0 }
    },
    reconciledUntil: async () => searchedUntil,
    async saveReconciledUntil(until) {
      searchedUntil = until
    },
    async pauseAgent(agentId, until) {
      if (!state.agents.has(agentId)) return 'no such agent'
      apply({ kind: 'act', act: until === null ? { act: 'resume', agentId } : { act: 'pause', agentId, until } })
      return 'done'
    },
    listAgents: async () => [...state.listed],
    listDepartments: async () => [...state.departments],
    countOpen: async () => ({ waiting: state.waiting, decided: state.decidedCount }),
    explain: async (chatId) => historyOf(chatId),
    listDeadLetters: async () => [],
    replay: async () => 'no such dead letter',
  }
}
