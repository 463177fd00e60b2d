import { withGoal, type Goal } from './goal.ts'
import { emptyRounds, medians, pace, saturate, type Rounds, type Subject } from './measure-assignments.ts'
import { readCpuMs, untilIdle } from './process-figures.ts'
import type { Section } from './section.ts'
import { NO_LIMIT, startWithFile } from './service.ts'
import { startBareProgram } from './start-bare-program.ts'
import { ratio } from './statistics.ts'
import { startTraffic } from './traffic/traffic-process.ts'
import { TEAM } from './traffic/wire.ts'

const PER_SECOND = 100
const FULL = { rounds: 3, warmUpSeconds: 4, paceSeconds: 6, saturateSeconds: 4, maxWaiting: 256 }
const QUICK = { rounds: 1, warmUpSeconds: 1, paceSeconds: 2, saturateSeconds: 1, maxWaiting: 64 }

interface Target extends Subject {
  readonly paced: Rounds
  readonly saturated: Rounds
}

/** From a webhook, stored durably, to its PUT: how many a second, at what cost, and how soon. */
export const assign: Section = async ({ isQuick, directory }) => {
  const { rounds, warmUpSeconds, paceSeconds, saturateSeconds, maxWaiting } = isQuick ? QUICK : FULL
  await using stack = new AsyncDisposableStack()
  const traffic = stack.use(await startTraffic(TEAM))
  const service = stack.use(await startWithFile(traffic.url, `${directory}/assign.db`, NO_LIMIT))
  const bare = stack.use(await startBareProgram(traffic.url, `${directory}/bare.db`))
  const target = (name: string, { url, pid }: { url: string; pid: number }, isEchoed: boolean): Target => ({
    name,
    urls: [url],
    isEchoed,
    cpuMs: () => readCpuMs(pid),
    paced: emptyRounds(),
    saturated: emptyRounds(),
  })
  const targets = [
    target('service', service, false),
    target('with chat.assigned', service, true),
    target('bare program', bare, false),
  ]

  const rest = () => untilIdle(() => readCpuMs(service.pid) + readCpuMs(bare.pid))
  for (const each of targets) await saturate(traffic, each, { seconds: warmUpSeconds, maxWaiting }, emptyRounds())
  for (let round = 0; round < rounds; round += 1) {
    for (const each of round % 2 === 0 ? targets : targets.toReversed()) {
      await rest()
      await pace(traffic, each, { perSecond: PER_SECOND, seconds: paceSeconds }, each.paced)
      await saturate(traffic, each, { seconds: saturateSeconds, maxWaiting }, each.saturated)
    }
  }
  const row = (what: string, kind: 'paced' | 'saturated', key: keyof Rounds, goal: Goal | null) => {
    const [own, echoed, base] = targets.map((each) => each[kind]) as [Rounds, Rounds, Rounds]
    const figure = medians(own)[key]
    const columns = {
      '': what,
      service: figure,
      'with chat.assigned': medians(echoed)[key],
      'bare program': medians(base)[key],
      'service ÷ bare': ratio(own[key], base[key]),
    }
    return withGoal(columns, figure, goal)
  }
  return {
    title: `new chats, one webhook and one PUT each; median of ${rounds} rounds`,
    rows: [
      row('assignments a second at saturation', 'saturated', 'perSecond', { atLeast: 1300 }),
      row('CPU per assignment at saturation, ms', 'saturated', 'cpuMs', null),
      row('p50 at saturation, ms', 'saturated', 'p50Ms', null),
      row(`CPU per assignment at ${PER_SECOND} a second, ms`, 'paced', 'cpuMs', { atMost: 3 }),
      row(`webhook to PUT at ${PER_SECOND} a second, p50, ms`, 'paced', 'p50Ms', { atMost: 2.7 }),
      row(`webhook to PUT at ${PER_SECOND} a second, p99, ms`, 'paced', 'p99Ms', { atMost: 12 }),
      row('share of its core that the sender needed at saturation', 'saturated', 'senderShare', { atMost: 0.9 }),
    ],
    notes: [
      'service and bare program on one core, sender and HelpCrunch’s stand-in on the other',
      'with chat.assigned: HelpCrunch’s own webhook about each PUT comes too, so two webhooks for each assignment',
      'the bare program: Fastify, one grouped SQLite insert (WAL, synchronous=FULL), p-queue and got',
      `saturation: ${maxWaiting} chats wait all the time, 64 webhooks under way at most; CPU of all threads of the process`,
    ],
  }
}
