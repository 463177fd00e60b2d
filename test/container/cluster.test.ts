import { expect, test } from 'vitest'
import { findUnassigned } from '../../demo/lost.ts'
import { eventually } from '../support/world.ts'
import { INSTANCES, openClusterWorld, type ClusterWorld, type Instance } from './cluster-world.ts'

const CHATS_PER_SECOND = 20

/** The longest time after `since` without an assignment, while chats came all the time. */
function longestPause({ assigned }: ClusterWorld, since: number): number {
  const times = [since, ...assigned().flatMap(({ at }) => (at > since ? [at] : []))]
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] as number)))
}

/** Waits until a chat that is opened now has an agent. */
async function goesOn({ account }: ClusterWorld): Promise<void> {
  const chat = account.openChat(null)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
}

async function expectNothingLost(world: ClusterWorld): Promise<void> {
  const { account, sender } = world
  world.stopTraffic()
  await sender.settled()
  expect(sender.acknowledgedAt.size, 'acknowledged chats').toBe(account.chats.size)
  await eventually(() => expect(findUnassigned(account, sender), 'acknowledged chats without an agent').toEqual([]))
  const byChat = Map.groupBy(world.assigned(), ({ chatId }) => chatId)
  const givenToTwo = [...byChat.values()].filter((puts) => new Set(puts.map(({ agentId }) => agentId)).size > 1)
  expect(givenToTwo, 'chats given to two agents').toEqual([])
}

function report(world: ClusterWorld, what: string, pauses: readonly number[]): void {
  const seconds = pauses.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')
  const answers = [...world.sender.answers].map(([answer, count]) => `${answer} ${count}`).join(', ')
  console.log(`${what}: no chat assigned for ${seconds}; ${world.account.chats.size} chats; webhooks: ${answers}`)
}

test('no acknowledged chat is lost while instances are killed under load, one after the other', async () => {
  const world = await openClusterWorld()
  world.startTraffic(CHATS_PER_SECOND)
  const alive = new Set<Instance>(INSTANCES)
  const pauses: number[] = []
  while (alive.size > 0) {
    const decider = await world.decider()
    const [victim] = alive.has(decider) ? [decider] : alive
    alive.delete(victim as Instance)
    const killedAt = performance.now()
    await world.kill(victim as Instance)
    await goesOn(world)
    if (victim === decider) pauses.push(longestPause(world, killedAt))
    await world.startInstance(victim as Instance)
  }
  await expectNothingLost(world)
  report(world, `${pauses.length} of ${INSTANCES.length} killed instances decided`, pauses)
  expect(pauses.length).toBeGreaterThan(1)
  expect(Math.max(...pauses)).toBeLessThan(8000)
}, 100_000)

test('no acknowledged chat is lost while PostgreSQL is killed under load and comes back', async () => {
  const world = await openClusterWorld()
  world.startTraffic(CHATS_PER_SECOND)
  await goesOn(world)
  const killedAt = performance.now()
  await world.kill('postgres')
  const chat = world.account.openChat(null)
  await eventually(() => expect([...world.sender.answers.keys()]).toContain('HTTP 503'))
  await world.start('postgres')
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  await goesOn(world)
  const pause = longestPause(world, killedAt)
  await expectNothingLost(world)
  report(world, 'PostgreSQL killed', [pause])
}, 100_000)
