import { describe, expect, test } from 'vitest'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { isBot, likelyBots } from '../../src/routing/bots.ts'
import { createSettings } from '../../src/routing/settings.ts'
import { agentId } from '../support/events.ts'

const settingsOf = (bots: RoutingFile['bots'], variable: string | null = null) =>
  createSettings(bots === undefined ? {} : { bots }, null, variable)
const named = (id: number, name: string | null) => ({ id: agentId(id), name })

describe('a bot is', () => {
  test.for<[string, RoutingFile['bots'], string | null, number, string | null, boolean]>([
    ['HelpCrunch’s own, by its name', undefined, null, 2, 'HelpBot', true],
    ['... in any case', undefined, null, 2, ' helpbot', true],
    ['... unless that is switched off', undefined, 'none', 2, 'HelpBot', false],
    ['... and not a person', undefined, null, 2, 'Ann', false],
    ['not an agent without a name', undefined, null, 2, null, false],
    ['one that the file names by id', [5], null, 5, 'Ann', true],
    ['... or by name', ['Robo'], null, 5, 'robo', true],
    ['... beside the others', { agents: [5, 'Robo'] }, null, 2, 'HelpBot', true],
    ['... and no other', [5], null, 6, 'Ann', false],
    ['one of BOT_AGENT_IDS', undefined, '5, 6', 6, 'Ann', true],
    ['... beside HelpCrunch’s own', undefined, '5,6', 2, 'HelpBot', true],
    ['... and of the file', [7], 'none', 7, 'Ann', true],
  ])('%s', ([, file, variable, id, name, isSo]) => {
    expect(isBot(named(id, name), settingsOf(file, variable))).toBe(isSo)
  })
})

test('names like a bot’s are suggested, unless they are declared', () => {
  const agents = ['Support Bot', 'SupportBot', 'chatbot', 'AI Assistant', 'Talbot', 'Ann', 'Robo', 'Aidan', 'HelpBot']
  const found = likelyBots(
    agents.map((name, index) => named(index + 1, name)),
    settingsOf([2]),
  )
  expect(found.map(({ name }) => name)).toEqual(['Support Bot', 'chatbot', 'AI Assistant'])
})

test('a bot’s chat goes to a person when the bot hands it over, after some minutes, or at once', () => {
  expect(settingsOf(undefined).bots.routeAfterMs).toBeNull()
  expect(settingsOf({ routeAfterMinutes: 5 }).bots.routeAfterMs).toBe(300_000)
  expect(settingsOf({ routeAfterMinutes: 0 }).bots.routeAfterMs).toBe(0)
})
