import type { Situation } from '../src/decision.ts'
import { systemClock } from '../src/clock.ts'
import type { AgentId } from '../src/domain.ts'
import type { Policy } from '../src/routing/contract.ts'
import { createPolicy } from '../src/routing/policy.ts'
import { route } from '../src/routing/route.ts'
import type { Store } from '../src/store/contract.ts'
import { PLAIN } from '../src/core/plain-policy.ts'
import { openStores } from '../src/store/stores.ts'
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
      const stores = stack.use(await openStores(`file:${path}`, systemClock))
      const store = await stores.open('default', () => PLAIN)
      subjects.push({ chats, store, wholeMs: [], routeMs: [], allRulesMs: [] })
    }
    for (let i = 0; i < warmUp; i += 1) for (const { store } of subjects) await takeOne(store)
    for (let i = 0; i < decisions; i += 1) {
      for (const { store, wholeMs, routeMs, allRulesMs } of subjects) {
        const taken = await takeOne(store)
        wholeMs.push(taken.wholeMs)
        routeMs.push(taken.routeMs)
        allRulesMs.push(taken.allRulesMs)
      }
    }
    const baseMs = percentile(subjects[0]?.wholeMs ?? [], 0.5)
    for (const { chats, wholeMs, routeMs, allRulesMs } of subjects) {
      rows.push({
        agents: agents.toLocaleString('en'),
        'chats stored': chats,
        'p50 ms': percentile(wholeMs, 0.5),
        'p99 ms': percentile(wholeMs, 0.99),
        'route() p50 ms': percentile(routeMs, 0.5),
        'route() p99 ms': percentile(routeMs, 0.99),
        'all rules p50 ms': percentile(allRulesMs, 0.5),
        'p50 ÷ no chats': percentile(wholeMs, 0.5) / baseMs,
      })
    }
  }
  return {
    title: `a decision, found, made and committed to the disk; ${decisions} each`,
    rows,
    notes: [
      'aim: the last column stays at 1, whatever is stored; every rule at once below 1 ms with 1,000 agents',
      'every agent is a member of the chat’s department and has room, so that each rule looks at all of them',
    ],
  }
}

interface Subject {
  readonly chats: number
  readonly store: Store
  readonly wholeMs: number[]
  readonly routeMs: number[]
  readonly allRulesMs: number[]
}

/** As by default. */
const policy = createPolicy({ rules: 'department,available,capacity,load,round-robin', agentCapacity: null }) as Policy

/** Every rule at once, with skills, shifts, weights and guards for everybody. */
const allRules = createPolicy({
  rules: 'department,skills,available,guard,capacity,present?,sticky,load,share,round-robin',
  agentCapacity: 1_000_000,
  file: {
    shift: 'always',
    shifts: {
      always: {
        zone: 'Europe/Kyiv',
        hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }],
      },
    },
    agents: Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [String(index + 1), { weight: 1 + (index % 3), skills: ['french'] }]),
    ),
    labels: { french: { language: ['fr'] } },
    needs: [{ label: 'french', skill: 'french' }],
    guard: { chats: 20, minutes: 1 },
    hereMinutes: 60,
    noAnswer: { minutes: 10, awayAfter: 3 },
  },
}) as Policy

/** Takes and times one decision; that the chat gets its agent afterwards is not timed. */
async function takeOne(store: Store): Promise<{ wholeMs: number; routeMs: number; allRulesMs: number }> {
  let routeMs = 0
  let allRulesMs = 0
  const timedRoute = (situation: Situation) => {
    const startedAt = performance.now()
    const decision = route(policy, situation)
    routeMs = performance.now() - startedAt
    const againAt = performance.now()
    route(allRules, situation)
    allRulesMs = performance.now() - againAt
    return decision
  }
  const startedAt = performance.now()
  const turn = await store.takeTurn({ pools: [], assignments: [] }, timedRoute)
  const wholeMs = performance.now() - startedAt - allRulesMs
  if (turn?.kind !== 'put') throw new Error(`no agent was chosen: ${turn?.kind}`)
  const assigneeId: AgentId = turn.agentId
  await store.settle(turn.assignmentId, { to: 'assigned', snapshot: { assigneeId }, answeredAt: Date.now() })
  return { wholeMs, routeMs, allRulesMs }
}
