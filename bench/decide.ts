import { withGoal, type Goal } from './goal.ts'
import type { Section } from './section.ts'
import { seedDatabase } from './seed.ts'
import type { ServerProcess } from './server-process.ts'
import { NO_LIMIT, startWithFile } from './service.ts'
import { startBareProgram } from './start-bare-program.ts'
import { median, percentile } from './statistics.ts'
import { startTraffic, type TrafficProcess } from './traffic/traffic-process.ts'
import { SEEDED_DEPARTMENT, TEAM } from './traffic/wire.ts'

const TEAMS: readonly { agents: number; goal: Goal }[] = [
  { agents: 5, goal: { atMost: 0.3 } },
  { agents: 1000, goal: { atMost: 0.7 } },
]
const FULL = { counts: [0, 100_000], rounds: 5, chats: 100 }
const QUICK = { counts: [1000], rounds: 1, chats: 20 }

interface Target {
  readonly service: ServerProcess
  readonly traffic: TrafficProcess
  readonly afterAnswerMs: number[][]
  readonly waitsMs: number[][]
}

/**
 * What a decision costs with its commit, seen from outside: chats come one at a time, and from the 200 to the PUT the
 * service decides, commits and sends. The bare program only sends: the difference is the decision with its commit.
 */
export const decide: Section = async ({ isQuick, directory }) => {
  const { counts, rounds, chats } = isQuick ? QUICK : FULL
  await using stack = new AsyncDisposableStack()
  const traffic = stack.use(await startTraffic(TEAM))
  const bare = await withBareProgram(stack, traffic, `${directory}/bare.db`)
  const subjects = TEAMS.flatMap(({ agents, goal }) => counts.map((stored) => ({ agents, stored, goal })))
  const targets = []
  for (const { agents, stored } of subjects) {
    const own = stack.use(
      await startTraffic({ accounts: 1, agents, departments: [{ id: SEEDED_DEPARTMENT, first: 1, last: agents }] }),
    )
    const path = `${directory}/${agents}-${stored}.db`
    await seedDatabase(own.url, path, { holders: agents, assigned: stored, waiting: 0 })
    const service = stack.use(await startWithFile(own.url, path, NO_LIMIT))
    targets.push({ service, traffic: own, afterAnswerMs: [], waitsMs: [] })
  }

  for (let round = -1; round < rounds; round += 1) {
    for (const each of [bare, ...targets]) await measure(each, chats, round >= 0)
  }
  const baseMs = of(bare.afterAnswerMs, 0.5)
  return {
    title: `a decision with its commit, chats one at a time; median of ${rounds} rounds of ${chats}`,
    rows: targets.map(({ afterAnswerMs, waitsMs }, index) => {
      const { agents, stored, goal } = subjects[index] as (typeof subjects)[number]
      const figure = of(afterAnswerMs, 0.5) - baseMs
      const row = {
        agents: agents.toLocaleString('en'),
        'open chats stored': stored,
        '200 to PUT, p50 ms': of(afterAnswerMs, 0.5),
        'the bare program’s': baseMs,
        'webhook to PUT, p50 ms': of(waitsMs, 0.5),
        'p99 ms': of(waitsMs, 0.99),
        'decision with commit, ms': figure,
      }
      return withGoal(row, figure, goal)
    }),
    notes: [
      'decision with commit: from the 200 for the webhook to the PUT, less what the bare program takes for that, which only sends',
      'every agent is a member of the chat’s department and has room, so that each rule looks at all of them',
    ],
  }
}

async function withBareProgram(stack: AsyncDisposableStack, traffic: TrafficProcess, path: string): Promise<Target> {
  return { service: stack.use(await startBareProgram(traffic.url, path)), traffic, afterAnswerMs: [], waitsMs: [] }
}

async function measure({ service, traffic, afterAnswerMs, waitsMs }: Target, chats: number, isKept: boolean) {
  const result = await traffic.run({
    kind: 'one by one',
    urls: [service.url],
    isEchoed: false,
    drainSeconds: 0,
    chats: isKept ? chats : chats * 3,
  })
  // The first round only warms up.
  if (!isKept) return
  afterAnswerMs.push([...result.afterAnswerMs])
  waitsMs.push([...result.waitsMs])
}

function of(rounds: readonly (readonly number[])[], share: number): number {
  return median(rounds.map((each) => percentile(each, share)))
}
