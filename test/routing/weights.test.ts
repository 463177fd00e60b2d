import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { openDesk, rosterOf, type Desk } from '../support/desk.ts'
import { farthestOff, longestRun, partsOf, type Dealt } from '../support/shares.ts'

type Weights = Readonly<Record<number, number>>

function fileWith(weights: Weights): RoutingFile {
  return { agents: Object.fromEntries(Object.entries(weights).map(([id, weight]) => [id, { weight }])) }
}

const idsOf = (weights: Weights) => Object.keys(weights).map(Number)

/** Chats come one at a time, and are handed out at once. */
async function deal(desk: Desk, count: number, departmentOf: (index: number) => number | null = () => null) {
  const given: number[] = []
  for (let index = 0; index < count; index += 1) {
    await desk.arrive(departmentOf(index))
    for (const [, agent] of await desk.handOut()) given.push(agent)
  }
  expect(given).toHaveLength(count)
  return given
}

/** All agents with these weights could have had each of these chats. */
function among(weights: Weights, given: readonly number[]): Dealt[] {
  const parts = partsOf(weights)
  return given.map((to) => ({ to, parts }))
}

/**
 * No sequence of whole chats stays within one over every window for all weights: in a a b a c a a itself, "b a c" gives
 * a one chat where 2.14 are due. Within one from the start is within two from anywhere.
 */
const isInProportion = ({ fromTheStart, overAnyWindow }: ReturnType<typeof farthestOff>) =>
  fromTheStart < 1 && overAnyWindow < 2

const FIVE_ONE_ONE = { 1: 5, 2: 1, 3: 1 }
const ORDER = [1, 1, 2, 1, 3, 1, 1]
const over = (rounds: number) => Array.from({ length: rounds }, () => ORDER).flat()

describe('with weights 5, 1 and 1', () => {
  test('the order is a a b a c a a, again and again', async () => {
    const desk = await openDesk(fileWith(FIVE_ONE_ONE), rosterOf([1, 2, 3]))
    expect(await deal(desk, 70)).toEqual(over(10))
  })

  test('the order is the same with a restart between any two chats', async () => {
    const desk = await openDesk(fileWith(FIVE_ONE_ONE), rosterOf([1, 2, 3]))
    const given: number[] = []
    for (const _ of over(3)) {
      given.push(...(await deal(desk, 1)))
      await desk.reopen()
    }
    expect(given).toEqual(over(3))
  })

  test('the order is the same with a restart between a decision and its answer', async () => {
    const desk = await openDesk(fileWith(FIVE_ONE_ONE), rosterOf([1, 2, 3]))
    const given: number[] = []
    for (const _ of over(3)) {
      await desk.arrive()
      expect(await desk.take()).toMatchObject({ kind: 'put' })
      await desk.reopen()
      given.push(...(await desk.handOut()).map(([, agent]) => agent))
    }
    expect(given).toEqual(over(3))
  })
})

describe('shares are in proportion to the weights', () => {
  const vectors: Weights[] = [
    { 1: 5, 2: 1, 3: 1 },
    { 1: 1, 2: 1, 3: 1, 4: 1 },
    { 1: 2.5, 2: 1, 3: 0.5 },
    { 1: 10, 2: 1 },
    { 1: 7, 2: 3, 3: 3, 4: 1 },
    { 1: 10, 2: 5, 3: 1, 4: 1, 5: 1, 6: 1 },
  ]

  test.for(vectors)('over any window, with restarts: %j', async (weights) => {
    const seed = 11
    const random = seededRandom(seed)
    const desk = await openDesk(fileWith(weights), rosterOf(idsOf(weights)))
    const given: number[] = []
    for (let index = 0; index < 120; index += 1) {
      given.push(...(await deal(desk, 1)))
      if (random() < 0.1) await desk.reopen()
    }
    expect(farthestOff(among(weights, given)), `seed ${seed}`).toSatisfy(isInProportion)
  })
})

describe('when the team changes, no agent gets more than three in a row, and shares stay in proportion', () => {
  const EQUAL = { 1: 1, 2: 1, 3: 1 }

  test.for([0, 1, 5, 20, 100])('an agent joins after %i chats', async (before) => {
    const weights = { ...EQUAL, 4: 2 }
    const desk = await openDesk(fileWith(weights), rosterOf([1, 2, 3]))
    await deal(desk, before)
    await desk.saveRoster(rosterOf([1, 2, 3, 4]))
    const given = await deal(desk, 60)
    for (const id of idsOf(weights)) expect(longestRun(given, id), `agent ${id}`).toBeLessThanOrEqual(3)
    expect(farthestOff(among(weights, given)).overAnyWindow).toBeLessThan(2)
  })

  test.for([1, 7, 50])('an agent leaves for %i chats and comes back', async (away) => {
    const desk = await openDesk(fileWith({ ...EQUAL, 3: 2 }), rosterOf([1, 2, 3]))
    await deal(desk, 20)
    await desk.saveRoster(rosterOf([1, 2]))
    const meanwhile = await deal(desk, away)
    expect(farthestOff(among({ 1: 1, 2: 1 }, meanwhile)).overAnyWindow).toBeLessThan(2)
    await desk.saveRoster(rosterOf([1, 2, 3]))
    const given = await deal(desk, 60)
    for (const id of [1, 2, 3]) expect(longestRun([...meanwhile, ...given], id), `agent ${id}`).toBeLessThanOrEqual(3)
    expect(farthestOff(among({ 1: 1, 2: 1, 3: 2 }, given)).overAnyWindow).toBeLessThan(2)
  })

  test('a whole team is replaced agent by agent, many times over', async () => {
    const desk = await openDesk(fileWith({ 1: 1 }), rosterOf([1, 2, 3]))
    const given: number[] = []
    for (let newcomer = 4; newcomer <= 40; newcomer += 1) {
      given.push(...(await deal(desk, 4)))
      await desk.saveRoster(rosterOf([newcomer - 2, newcomer - 1, newcomer]))
    }
    for (const id of new Set(given)) expect(longestRun(given, id), `agent ${id}`).toBeLessThanOrEqual(3)
  })
})

describe('departments that take turns', () => {
  test('do not change each other’s shares where no agent is in both', async () => {
    const weights = { 1: 5, 2: 1, 3: 5, 4: 1 }
    const desk = await openDesk(fileWith(weights), rosterOf([1, 2, 3, 4], { 10: [1, 2], 20: [3, 4] }))
    const given = await deal(desk, 120, (index) => (index % 2 === 0 ? 10 : 20))
    const parts = partsOf({ 1: 5, 2: 1 })
    const ofTen = given.filter((_, index) => index % 2 === 0).map((to) => ({ to, parts }))
    expect(farthestOff(ofTen)).toSatisfy(isInProportion)
  })

  test.for([2, 3, 7])(
    'give an agent in both their part of each, also where one gets only every %i. chat',
    async (nth) => {
      const weights = { 1: 1, 2: 2, 3: 1 }
      const desk = await openDesk(fileWith(weights), rosterOf([1, 2, 3], { 10: [1, 2], 20: [2, 3] }))
      const departmentOf = (index: number) => (index % nth === 0 ? 10 : 20)
      const given = await deal(desk, 140, departmentOf)
      const [ofTen, ofTwenty] = [partsOf({ 1: 1, 2: 2 }), partsOf({ 2: 2, 3: 1 })]
      const dealt = given.map((to, index) => ({ to, parts: departmentOf(index) === 10 ? ofTen : ofTwenty }))
      expect(farthestOff(dealt)).toSatisfy(isInProportion)
    },
  )
})
