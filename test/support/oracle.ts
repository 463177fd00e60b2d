import { expect } from 'vitest'
import { findUnassigned } from '../../demo/lost.ts'
import type { World } from './world.ts'

/** Holds the service's promises against what the stand-in saw, and nothing else. */
export function expectPromisesKept(world: World, limits: { capacity?: number; duplicatePuts: number }): void {
  const { account, sender, standIn } = world
  expect(findUnassigned(account, sender), 'acknowledged chats without an agent').toEqual([])

  const agentsByChat = new Map<number, Set<number>>()
  const successes = standIn.puts().filter(({ status }) => status === 200)
  for (const { chatId, agentId } of successes) {
    if (chatId === null || agentId === null) throw new Error('a PUT without chat or agent')
    agentsByChat.set(chatId, (agentsByChat.get(chatId) ?? new Set()).add(agentId))
  }
  const givenToTwo = [...agentsByChat].filter(([, agentIds]) => agentIds.size > 1)
  expect(givenToTwo, 'chats given to two agents').toEqual([])
  expect(successes.length - agentsByChat.size, 'PUTs sent twice').toBeLessThanOrEqual(limits.duplicatePuts)
  for (const [agentId, most] of account.mostAtOnce) {
    expect(most, `chats that agent ${agentId} had at once`).toBeLessThanOrEqual(limits.capacity ?? Infinity)
  }
}
