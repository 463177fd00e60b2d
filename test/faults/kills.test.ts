import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import { agents, eventually, openWorld } from '../support/world.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'
import { seed } from './seed.ts'

const KILLS = Number(process.env.FAULT_KILLS ?? 200)
const AGENTS = 6
const LIMIT_PER_MINUTE = 3000
const KILL_POINTS = fileURLToPath(new URL('./kill-points.ts', import.meta.url))
const POINTS = [
  'request received',
  'after begin',
  'after write',
  'before commit',
  'after commit',
  'before answer',
  'after answer',
  'before PUT',
  'PUT written',
  'PUT on the wire',
  'PUT answered',
]
const LONGEST_CYCLE_MS = 4000

test(`${KILLS} times kill -9 or SIGTERM, at named steps or random times, break no promise (SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  const below = (most: number) => Math.floor(random() * most)
  const record = createRecord()
  const capacity = Math.ceil((KILLS * 8) / AGENTS)
  const world = await openWorld({
    agents: agents(AGENTS),
    limit: { kind: 'sliding', perMinute: LIMIT_PER_MINUTE },
    env: { AGENT_CAPACITY: String(capacity), RATE_LIMIT_PER_MINUTE: String(LIMIT_PER_MINUTE) },
    onAcknowledged: record.acknowledged,
    deliver(envelope, send) {
      record.made(envelope)
      send(envelope)
    },
  })
  const { account } = world
  const reached = new Map<string, number>()

  /** New chats come, and people take, close and answer some of those that are open. */
  function makeTraffic(): void {
    for (let i = below(8); i >= 0; i -= 1) account.openChat(null)
    for (const chat of account.chats.values()) {
      if (chat.status === 'closed') continue
      const fate = random()
      if (fate < 0.02) record.takenByHand(chat, () => account.assign(chat, 1 + below(AGENTS)))
      else if (fate < 0.04) account.close(chat)
      else if (fate < 0.06) account.customerWrites(chat)
    }
  }

  /** @returns how it ended */
  async function runUntilKilled(point: string, env: Record<string, string>): Promise<number | string> {
    const isEnded = await world.start(env, 'without waiting for its roster').then(
      () => false,
      () => true,
    )
    if (isEnded) return 'SIGKILL'
    makeTraffic()
    // A real process is killed at a random moment of real time: that is the fault, and nothing waits for it to pass.
    const timer = setTimeout(() => world.signal('SIGKILL'), point === 'random' ? below(700) : LONGEST_CYCLE_MS)
    if (point === 'SIGTERM') setTimeout(() => world.signal('SIGTERM'), below(500))
    const code = await world.ended()
    clearTimeout(timer)
    return code ?? 'not running'
  }

  for (let kill = 0; kill < KILLS; kill += 1) {
    const point = kill % 3 === 0 ? (kill % 15 === 0 ? 'SIGTERM' : 'random') : (POINTS[below(POINTS.length)] as string)
    const env = POINTS.includes(point)
      ? { NODE_OPTIONS: `--import ${KILL_POINTS}`, KILL_AT: `${point}:${1 + below(12)}` }
      : {}
    const code = await runUntilKilled(point, env)
    expect(code, `${point} (SEED=${seed})`).toBe(point === 'SIGTERM' ? 0 : 'SIGKILL')
    reached.set(point, (reached.get(point) ?? 0) + 1)
  }

  await world.start()
  await world.sender.settled()
  await eventually(() => expect(record.unassigned(world), `SEED=${seed}`).toEqual([]))
  await world.stop()
  expect(reached.size).toBeGreaterThan(Math.min(KILLS / 10, POINTS.length))
  expectNothingBroken(world, record, { capacity, limitPerMinute: LIMIT_PER_MINUTE })
}, 1_200_000)
