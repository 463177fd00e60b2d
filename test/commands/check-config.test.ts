import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { failing } from '../../demo/moods.ts'
import { agents, openWorld } from '../support/world.ts'

const execute = promisify(execFile)
const SALES = { id: 10, name: 'Sales', agentIds: [1, 2] }

async function openAccount(options: { temper?: ReturnType<typeof failing>; env?: Record<string, string> } = {}) {
  const world = await openWorld({ departments: [SALES], env: options.env ?? {} })
  if (options.temper !== undefined) world.standIn.setTemper(options.temper)
  return {
    world,
    async check(file: string | null, ...args: string[]) {
      const path = join(world.directory, 'routing.yaml')
      if (file !== null) await writeFile(path, file)
      const env = { PATH: process.env.PATH, ...world.env, ...(file === null ? {} : { ROUTING_FILE: path }) }
      const done = await execute(process.execPath, ['src/commands/check-config.ts', ...args], { env }).then(
        ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
        (error: unknown) => error as { code: number; stdout: string; stderr: string },
      )
      const warnings = done.stdout.split('\n').flatMap((line) => (line.startsWith('! ') ? [line.slice(2)] : []))
      return { ...done, warnings }
    },
  }
}

test('--strict fails for warnings, which are only printed otherwise', async () => {
  const { check } = await openAccount()
  const file = 'agents: { 99: { weight: 2 } }\nlabels: { a: { tags: [a] } }\nneeds: [{ label: a, skill: magic }]'
  const usual = await check(file)
  expect(usual).toMatchObject({ code: 0, stderr: '' })
  expect(usual.warnings).toEqual(['agents.99: HelpCrunch has no such agent', 'needs: no agent has the skill magic'])
  expect(await check(file, '--strict')).toMatchObject({ code: 1, stderr: '2 warnings, and --strict\n' })
  expect(await check('{}', '--strict')).toMatchObject({ code: 0, warnings: [] })
})

test('all that the file says is shown', async () => {
  const { check } = await openAccount()
  const { stdout } = await check(`
labels: { vip: { tags: [vip], attributes: { plan: [gold, platinum], mrr: { atLeast: 1000 } } } }
needs: [{ label: vip, skill: gold, relaxAfterMinutes: 5 }]
priorities: { vip: 15 }
handOver: { atShiftEnd: true, whenPaused: true }
noAnswer: { minutes: 10, hops: 2, awayAfter: 3 }
bots: [3]
waitForDepartmentSeconds: 2
agents: { 1: { skills: [gold] }, 2: { capacity: 0 } }`)
  for (const line of [
    'A chat is labelled "vip" by tags vip and plan gold or platinum and mrr atLeast 1000.',
    'A chat labelled "vip" needs an agent with the skill "gold", for the first 5 minutes.',
    'A chat labelled "vip" goes 15 minutes ahead of others.',
    'At the end of a shift an agent’s open chats go to others.',
    'A paused agent’s open chats go to others.',
    'A chat without an answer for 10 minutes goes to another agent; at most 2 agents get it one after the other.',
    'An agent who let 3 chats pass gets none until they write.',
    'Bots get no chats: helpbot, 3. A chat of a bot goes to an agent when the bot releases it.',
    'A chat without a department waits 2 seconds for one.',
    '  1  Agent 1: Sales; shift always, capacity no limit, weight 1, skills gold',
    '  2  Agent 2: gets no chats, by a capacity or weight of 0',
    '  3  Agent 3: a bot, gets no chats',
  ])
    expect(stdout.split('\n')).toContain(line)
})

test('the warnings have those of labels and plug-ins, too', async () => {
  const { world, check } = await openAccount({ env: { HELPCRUNCH_API_KEY: '' } })
  const path = join(world.directory, 'mine.mjs')
  await writeFile(path, "export const mine = { name: 'mine', kind: 'rank', score: ({ agent }) => agent.open ?? 0 }")
  Object.assign(world.env, { ROUTING_PLUGINS: path, ROUTING_RULES: 'department,mine' })
  expect((await check('labels: { it: { attributes: { email: [jo] } } }')).warnings).toEqual([
    'the rule mine reads agent.open, which is never there',
    'labels.it.attributes.email: it says who a customer is and is not read, so no chat gets this label',
  ])
})

test('the example file has no warnings where the agents cannot be compared', async () => {
  const env = { HELPCRUNCH_API_KEY: '', ROUTING_FILE: './routing.example.yaml' }
  const { check } = await openAccount({ env })
  expect(await check(null, '--strict')).toMatchObject({ code: 0, warnings: [] })
})

describe('an error of HelpCrunch is reported as a wrong key', () => {
  test.for<[number, RegExp]>([
    [429, /HTTP 429, over the limit; the account’s limit is used up, .* try again in a minute/],
    [401, /HTTP 401, the API key is rejected; check HELPCRUNCH_API_KEY/],
    [404, /HTTP 404; check HELPCRUNCH_API_URL/],
    [503, /HTTP 503; check HELPCRUNCH_API_URL .*, and whether HelpCrunch can be reached/],
  ])('only where it is one: %i', async ([status, told]) => {
    const { check } = await openAccount({ temper: failing(status) })
    const { code, stderr } = await check('{}')
    expect(code).toBe(1)
    expect(stderr).toMatch(told)
    expect(stderr.includes('HELPCRUNCH_API_KEY')).toBe(status === 401)
  })
})

test('a filter after a rank is reported with the place of the rules', async () => {
  const { check } = await openAccount({ env: { ROUTING_RULES: 'load,department' } })
  expect(await check('capacity: 5')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^ROUTING_RULES: "department" stands after "load": .* put department before load\n$/,
    ) as string,
  })
  expect((await check('rules: load,department')).stderr).toMatch(/^routing file .*: rules: "department" stands after/)
})

test('a likely bot is suggested without a warning, and an unknown argument is a mistake', async () => {
  const bot = { id: 4, name: 'Support Bot', email: 'bot@example.com', role: 'agent' }
  const world = await openWorld({ agents: [...agents(3), bot] })
  const env = { PATH: process.env.PATH, ...world.env }
  const { stdout } = await execute(process.execPath, ['src/commands/check-config.ts', '--strict'], { env })
  expect(stdout).toContain('agent Support Bot (4) has the name of a bot: if it is one, declare it with bots: [4]')
  await expect(execute(process.execPath, ['src/commands/check-config.ts', 'foo'], { env })).rejects.toMatchObject({
    code: 1,
    stderr: '"foo" is one argument too many; --help says how it is used\n',
  })
})
