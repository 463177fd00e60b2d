import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Decision } from '../../src/decision.ts'
import type { AssignmentId, ChatEvent, ChatSnapshot, FoundChat, Roster } from '../../src/domain.ts'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { route } from '../../src/routing/route.ts'
import type { Step } from '../../src/core/contract.ts'
import type { AskedAct } from '../../src/store/inbox/leave.ts'
import { agentId, chatId, departmentId, snapshotEvent } from './events.ts'
import { createManualClock } from './manual-clock.ts'
import { policyOf } from './people.ts'
import { openTestStore } from './store.ts'

export type Desk = Awaited<ReturnType<typeof openDesk>>

/** A Monday at noon in Kyiv. */
const START = Date.parse('2026-06-01T09:00:00Z')

/** The real store and the real routing under a routing file; HelpCrunch accepts each request. */
export async function openDesk(file: RoutingFile, roster: Roster, startAt = START) {
  const policy = policyOf(null, null, file)
  const ofChats = chatPolicyOf(policy)
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-desk-'))
  const clock = createManualClock(startAt)
  const open = () => openTestStore(`file:${join(directory, 'test.db')}`, clock, () => ofChats)
  let { store, stores } = await open()
  let lastChat = 0
  const decisions: Decision[] = []
  onTestFinished(async () => {
    await stores.close()
    await rm(directory, { recursive: true, force: true })
  })
  await store.saveRoster(roster, startAt)

  const take = (pools: readonly string[] = [], assignments: readonly AssignmentId[] = []) =>
    store.takeStep({ pools, assignments }, (situation) => {
      const decision = route(policy, situation)
      decisions.push(decision)
      return decision
    })

  async function finish(turn: Step): Promise<void> {
    const answeredAt = clock.now()
    if (turn.kind === 'fetch') await store.settle(turn.assignmentId, { to: 'known', snapshot: {}, answeredAt })
    if (turn.kind !== 'put') return
    await store.settle(turn.assignmentId, { to: 'assigned', snapshot: { assigneeId: turn.agentId }, answeredAt })
  }

  /** Assigns all chats that can be assigned now, and returns them with their agents, in order. */
  async function handOut(): Promise<[chat: number, agent: number][]> {
    const given: [number, number][] = []
    const pools: string[] = []
    for (let turn = await take(pools); turn !== null; turn = await take(pools)) {
      if (turn.kind === 'none eligible' && turn.pool !== null) pools.push(turn.pool)
      if (turn.kind === 'put') given.push([turn.chatId, turn.agentId])
      await finish(turn)
    }
    return given
  }

  return {
    clock,
    /** Every decision so far. */
    decisions,
    take,
    finish,
    handOut,
    /** HelpCrunch answers a fetch with this snapshot. */
    known: ({ assignmentId }: Step, snapshot: ChatSnapshot) =>
      store.settle(assignmentId, { to: 'known', snapshot, answeredAt: clock.now() }),
    receive: (event: ChatEvent) => store.receive(event),
    /** A search finds these chats; one whose customer last wrote before `openSince` is left alone. */
    search: (found: readonly FoundChat[], openSince = 0) => store.reconcile(found, clock.now(), openSince),
    explain: (chat: number) => store.explain(chatId(chat)),
    saveRoster: (changed: Roster) => store.saveRoster(changed, clock.now()),
    agents: () => store.listAgents(),
    /** An operator's act, applied at once. */
    async ask(act: AskedAct) {
      const answer = await store.ask(act)
      await store.drain()
      return answer
    },
    pause: (agent: number) => store.pauseAgent(agentId(agent), Number.MAX_SAFE_INTEGER),
    previewHandOver: (agent: number) => store.previewHandOver(agentId(agent)),
    nextDueAt: () => store.nextDueAt(clock.now()),
    countOpen: () => store.countOpen(),
    async waitingReasons() {
      const { items } = await store.reports.waiting({ limit: 100, now: clock.now() })
      return new Map(items.map(({ chatId: id, reason }) => [id, reason]))
    },
    async assigneeOf(chat: number): Promise<number | null> {
      return (await store.explain(chatId(chat)))?.chat.assigneeId ?? null
    },
    async reopen() {
      await stores.close()
      ;({ store, stores } = await open())
    },
    /** Opens a chat, and returns its id. */
    async arrive(department: number | null = null, facts: Partial<ChatEvent['facts']> = {}): Promise<number> {
      lastChat += 1
      const ofDepartment = department === null ? null : departmentId(department)
      const event = snapshotEvent('chat.new', lastChat, clock.now(), { departmentId: ofDepartment })
      await store.receive({ ...event, facts: { ...event.facts, ...facts } })
      return lastChat
    },
    /** The chat gets another status, and keeps its agent. */
    async setStatus(chat: number, status: string): Promise<void> {
      const assigneeId = (await store.explain(chatId(chat)))?.chat.assigneeId ?? null
      await store.receive(snapshotEvent('chat.status_updated', chat, clock.now(), { status, assigneeId }))
    },
  }
}

/** Agents by their ids, and the members of departments by theirs. */
export function rosterOf(
  agents: readonly number[],
  departments: Readonly<Record<number, readonly number[]>> = {},
): Roster {
  return {
    agents: agents.map((id) => ({ id: agentId(id), name: `Agent ${id}` })),
    departments: Object.entries(departments).map(([id, members]) => ({
      id: departmentId(Number(id)),
      name: `Department ${id}`,
      agentIds: members.filter((member) => agents.includes(member)).map(agentId),
    })),
  }
}
