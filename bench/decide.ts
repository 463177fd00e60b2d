import type { Situation } from '../src/decision.ts'
import { systemClock } from '../src/clock.ts'
import type { AgentId } from '../src/domain.ts'
import type { Policy } from '../src/routing/contract.ts'
import { createPolicy } from '../src/routing/policy.ts'
import { route } from '../src/routing/route.ts'
import type { Store } from '../src/store/contract.ts'
import { openStore } from '../src/store/store.ts'
import type { Section } from './section.ts'
import { seedDatabase } from './seed.ts'
import { percentile } from './statistics.ts'

const AGENT_COUNTS = [5, 100, 1000]
const CHAT_COUNTS = [0, 10_000, 100_000]
const FULL = { decisions: 1000, warmUp: 100 }
const QUICK = { decisions: 30, warmUp: 5 }

/** What a decision costs, and that it does not cost more for the chats that are stored. */
export const decide: Section = async ({ isQuick, directory }) => {
  const { decisions, warmUp } = isQuick ? QUICK : FULL
  const rows = []
  for (const agents of AGENT_COUNTS) {
    await using stack = new AsyncDisposableStack()
    const subjects: Subject[] = []
    for (const chats of CHAT_COUNTS) {
      const path = `${directory}/${agents}-${chats}.db`
      await seedDatabase(path, { agents, assigned: chats, waiting: warmUp + decisions })
      const store = stack.adopt(await openStore(`file:${path}`, systemClock), (opened) => opened.close())
      subjects.push({ chats, store, wholeMs: [], routeMs: [] })
    }
    for (let i = 0; i < warmUp; i += 1) for (const { store } of subjects) await takeOne(store)
    for (let i = 0; i < decisions; i += 1) {
      for (const { store, wholeMs, routeMs } of subjects) {
        const taken = await takeOne(store)
        wholeMs.push(taken.wholeMs)
        routeMs.push(taken.routeMs)
      }
    }
    const baseMs = percentile(subjects[0]?.wholeMs ?? [], 0.5)
    for (const { chats, wholeMs, routeMs } of subjects) {
      rows.push({
        agents: agents.toLocaleString('en'),
        'chats stored': chats,
        'p50 ms': percentile(wholeMs, 0.5),
        'p99 ms': percentile(wholeMs, 0.99),
        'route() p50 ms': percentile(routeMs, 0.5),
        'route() p99 ms': percentile(routeMs, 0.99),
        'p50 ÷ no chats': percentile(wholeMs, 0.5) / baseMs,
      })
    }
  }
  return {
    title: `a decision, found, made and committed to the disk; ${decisions} each`,
    rows,
    notes: [
      'aim: the last column stays at 1, whatever is stored',
      'every agent is a member of the chat’s department and has room, so that each rule looks at all of them',
    ],
  }
}

interface Subject {
  readonly chats: number
  readonly store: Store
  readonly wholeMs: number[]
  readonly routeMs: number[]
}

/** As by default. */
const policy = createPolicy({ rules: 'department,available,capacity,load,round-robin', agentCapacity: null }) as Policy

/** Takes and times one decision; that the chat gets its agent afterwards is not timed. */
async function takeOne(store: Store): Promise<{ wholeMs: number; routeMs: number }> {
  let routeMs = 0
  const timedRoute = (situation: Situation) => {
    const startedAt = performance.now()
    const decision = route(policy, situation)
    routeMs = performance.now() - startedAt
    return decision
  }
  const startedAt = performance.now()
  const turn = await store.takeTurn(Date.now(), { pools: [], assignments: [] }, timedRoute)
  const wholeMs = performance.now() - startedAt
  if (turn?.kind !== 'put') throw new Error(`no agent was chosen: ${turn?.kind}`)
  const assigneeId: AgentId = turn.agentId
  await store.settle(turn.assignmentId, { to: 'assigned', snapshot: { assigneeId }, answeredAt: Date.now() })
  return { wholeMs, routeMs }
}
