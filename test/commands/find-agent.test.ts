import { expect, test } from 'vitest'
import { findAgent } from '../../src/commands/find-agent.ts'
import { agent } from '../support/people.ts'

const AGENTS = [
  agent(1, { name: 'Ann' }),
  agent(2, { name: 'Anna Berg' }),
  agent(3, { name: 'Zoë' }),
  agent(4, { name: 'Sam' }),
  agent(5, { name: 'sam' }),
  agent(6, { name: '7' }),
  agent(7, { name: 'Seven' }),
]

test.for([
  ['3', 3],
  ['Ann', 1],
  ['anna', 2],
  [' zoë ', 3],
  ['7', 7],
] as const)('%j is agent %i', ([which, id]) => {
  expect(findAgent(AGENTS, which).id).toBe(id)
})

test('a name of several agents is refused, with their ids', () => {
  expect(() => findAgent(AGENTS, 'Sam')).toThrow('"Sam" may be 4 Sam, 5 sam; name one by its id')
  expect(() => findAgent(AGENTS, 'an')).toThrow('"an" may be 1 Ann, 2 Anna Berg; name one by its id')
})

test.for(['99', 'Bob', '0', '-1'])('%j is no agent', (which) => {
  expect(() => findAgent(AGENTS, which)).toThrow(
    `there is no agent "${which}"; without arguments this command lists them`,
  )
})
