import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import type { Decision } from '../../src/decision.ts'
import type { Channel } from '../../src/domain.ts'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { route } from '../../src/routing/route.ts'
import { openCore } from '../support/core.ts'
import { openDesk, rosterOf } from '../support/desk.ts'
import { agentId, departmentId, snapshotEvent } from '../support/events.ts'
import { policyOf } from '../support/people.ts'
import { longestRun } from '../support/shares.ts'
import { MINUTE } from '../support/shifts.ts'

const VIP: RoutingFile = { labels: { vip: { tags: ['vip'] } }, priorities: { vip: 15 }, capacity: 1 }
const vip = { tags: ['vip'] }

describe('at very low traffic', () => {
  test('load gives equal shares, with round-robin behind it', async () => {
    const desk = await openDesk({ rules: 'load,round-robin' }, rosterOf([1, 2, 3, 4, 5]))
    const given: number[] = []
    for (let index = 0; index < 50; index += 1) {
      const chat = await desk.arrive()
      for (const [, agent] of await desk.handOut()) given.push(agent)
      await desk.setStatus(chat, 'closed')
      desk.clock.advance(MINUTE)
    }
    expect([1, 2, 3, 4, 5].map((id) => given.filter((each) => each === id).length)).toEqual([10, 10, 10, 10, 10])
  })

  test('load passes over an agent who has a chat while others have none, even at that agent’s turn', async () => {
    const desk = await openDesk({ rules: 'load,round-robin' }, rosterOf([1, 2, 3]))
    const given: number[] = []
    const kept = await desk.arrive()
    for (let index = 0; index < 10; index += 1) {
      const [next] = await desk.handOut()
      given.push(next?.[1] ?? 0)
      if (next !== undefined && next[0] !== kept) await desk.setStatus(next[0], 'closed')
      await desk.arrive()
    }
    expect(given).toEqual([1, 2, 3, 2, 3, 2, 3, 2, 3, 2])
  })
})

describe('round robin', () => {
  test.for([1, 4, 30])(
    'gives a newcomer no more than three in a row, and their part, after %i chats',
    async (before) => {
      const desk = await openDesk({ rules: 'round-robin' }, rosterOf([1, 2, 3]))
      for (let index = 0; index < before; index += 1) await desk.arrive()
      await desk.handOut()
      await desk.saveRoster(rosterOf([1, 2, 3, 9]))
      for (let index = 0; index < 40; index += 1) await desk.arrive()
      const given = (await desk.handOut()).map(([, agent]) => agent)
      expect(longestRun(given, 9)).toBeLessThanOrEqual(3)
      expect(Math.abs(given.filter((each) => each === 9).length - 10)).toBeLessThanOrEqual(1)
    },
  )
})

describe('among the chats that wait', () => {
  test('the one that has waited longest comes first, whatever its department and channel', async () => {
    const desk = await openDesk({ capacity: 1 }, rosterOf([1], { 10: [1], 20: [1] }))
    const first = await desk.arrive()
    await desk.handOut()
    for (const [department, channel] of [
      [20, 'chat'],
      [null, 'email'],
      [10, 'chat'],
      [20, 'email'],
    ] as const) {
      desk.clock.advance(1)
      await desk.arrive(department, { channel })
    }
    const order: number[] = []
    for (let held = first; order.length < 4;) {
      await desk.setStatus(held, 'closed')
      const [next] = await desk.handOut()
      held = next?.[0] ?? 0
      order.push(held)
    }
    expect(order).toEqual([2, 3, 4, 5])
  })

  test.for([
    [14, 'the urgent one'],
    [16, 'the one that waited'],
  ] as const)('an urgent chat (15 minutes ahead) comes %i minutes later: next is %s', async ([later, next]) => {
    const desk = await openDesk(VIP, rosterOf([1]))
    const held = await desk.arrive()
    await desk.handOut()
    const [waiting] = [await desk.arrive(), desk.clock.advance(later * MINUTE)]
    const urgent = await desk.arrive(null, vip)
    await desk.setStatus(held, 'closed')
    expect(await desk.handOut()).toEqual([[next === 'the urgent one' ? urgent : waiting, 1]])
  })

  test('one without urgency is next after 15 minutes, however many urgent chats come', async () => {
    const desk = await openDesk(VIP, rosterOf([1]))
    let held = await desk.arrive(null, vip)
    await desk.handOut()
    const plain = await desk.arrive()
    let minute = 0
    for (; held !== plain && minute < 60; minute += 1) {
      desk.clock.advance(MINUTE)
      await desk.arrive(null, vip)
      await desk.setStatus(held, 'closed')
      const [next] = await desk.handOut()
      held = next?.[0] ?? 0
    }
    expect(minute).toBe(15)
  })
})

const LIMITS: RoutingFile = {
  capacity: 3,
  channels: { email: 0.5 },
  freed: { onHold: true, silentMinutes: 30 },
  agents: { 1: { capacity: 7 }, 2: { capacity: 1.5 } },
  departments: { 10: { capacity: 5 } },
}
const AGENTS = [1, 2, 3, 4, 5, 6]

/** How many chats an agent may have when one of this department comes on top. */
function limitOf(agent: number, department: number | null): number {
  if (agent === 1) return 7
  if (agent === 2) return 1.5
  return department === 10 ? 5 : 3
}

/** A thousand chats come at once. Chats end whenever no other can be handed out, until all were handed out. */
function burst(seed: number) {
  const random = seededRandom(seed)
  const policy = policyOf(null, null, LIMITS)
  const decisions: Decision[] = []
  const core = openCore({
    policy: chatPolicyOf(policy),
    route(situation) {
      const decision = route(policy, situation)
      decisions.push(decision)
      return decision
    },
  })
  core.saveRoster(rosterOf(AGENTS, { 10: [1, 2, 3, 4], 20: [4, 5, 6] }))
  const chats = new Map<number, { department: number | null; channel: Channel }>()
  for (let id = 1; id <= 1000; id += 1) {
    const department = ([null, 10, 20] as const)[Math.floor(random() * 3)] ?? null
    const channel = random() < 0.3 ? 'email' : 'chat'
    const event = snapshotEvent('chat.new', id, core.world.now, {
      departmentId: department === null ? null : departmentId(department),
    })
    core.receive({ ...event, facts: { ...event.facts, channel } })
    chats.set(id, { department, channel })
  }

  /** Assigns all chats that can be assigned now; HelpCrunch accepts each request. */
  function handOut(): [chat: number, agent: number][] {
    const given: [number, number][] = []
    const pools: string[] = []
    for (let step = core.step(pools); step !== null; step = core.step(pools)) {
      if (step.kind === 'none eligible' && step.pool !== null) pools.push(step.pool)
      if (step.kind !== 'put') continue
      given.push([step.chatId, step.agentId])
      core.settle(step, { to: 'assigned', snapshot: { assigneeId: step.agentId }, answeredAt: core.world.now })
    }
    return given
  }

  const held = new Map<number, number>()
  const over: string[] = []
  const sizeOf = (chat: number) => (chats.get(chat)?.channel === 'email' ? 0.5 : 1)
  let given = 0
  while (given < chats.size) {
    const now = handOut()
    if (now.length === 0) throw new Error(`seed ${seed}: ${chats.size - given} chats are left`)
    for (const [chat, agent] of now) {
      held.set(chat, agent)
      const load = [...held].reduce((sum, [each, holder]) => sum + (holder === agent ? sizeOf(each) : 0), 0)
      const limit = limitOf(agent, chats.get(chat)?.department ?? null)
      if (load > limit) over.push(`agent ${agent} has ${load} of ${limit}`)
    }
    given += now.length
    for (const [chat, agent] of held) {
      if (random() < 0.2) continue
      const status = random() < 0.1 ? 'onhold' : 'closed'
      core.receive(snapshotEvent('chat.status_updated', chat, core.world.now, { status, assigneeId: agentId(agent) }))
      held.delete(chat)
    }
  }
  return { over, decisions }
}

describe('in a burst of a thousand chats', () => {
  // On the core alone: it is the same on every database, and takes a second instead of ten thousand commits.
  test('no capacity is exceeded, and the same seed gives the same decisions', () => {
    const seed = 20_261
    const once = burst(seed)
    expect(once.over, `seed ${seed}`).toEqual([])
    expect(burst(seed).decisions, `seed ${seed}`).toEqual(once.decisions)
  })
})

describe('a capacity of one is free again', () => {
  const file: RoutingFile = { ...VIP, freed: { onHold: true, silentMinutes: 30 } }

  test('while its chat is on hold', async () => {
    const desk = await openDesk(file, rosterOf([1]))
    const [first, second] = [await desk.arrive(), await desk.arrive()]
    expect(await desk.handOut()).toEqual([[first, 1]])
    await desk.setStatus(first, 'onhold')
    expect(await desk.handOut()).toEqual([[second, 1]])
    await desk.setStatus(first, 'opened')
    await desk.arrive()
    expect(await desk.handOut()).toEqual([])
    expect(await desk.agents()).toMatchObject([{ id: 1, load: 2 }])
  })

  test('once its chat was silent for the time of the routing file, and not a millisecond before', async () => {
    const desk = await openDesk(file, rosterOf([1]))
    const first = await desk.arrive()
    await desk.handOut()
    desk.clock.advance(MINUTE)
    const second = await desk.arrive()
    desk.clock.advance(29 * MINUTE - 1)
    expect(await desk.handOut()).toEqual([])
    expect(await desk.nextDueAt()).toBe(desk.clock.now() + 1)
    desk.clock.advance(1)
    expect(await desk.handOut()).toEqual([[second, 1]])
    expect(await desk.assigneeOf(first)).toBe(1)
  })
})
