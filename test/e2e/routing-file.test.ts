import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { eventually, openWorld, type World } from '../support/world.ts'

const execute = promisify(execFile)
const TOKEN = 'a-token-of-sixteen-characters'

async function run(world: World, command: string, ...args: string[]): Promise<string> {
  const done = await execute(process.execPath, [`src/commands/${command}.ts`, ...args], {
    env: { PATH: process.env.PATH, ...world.env },
  }).catch((error: unknown) => error as { stdout: string; stderr: string })
  return done.stdout + done.stderr
}

async function openWithFile(text: string, env: Record<string, string> = {}) {
  const world = await openWorld({ env })
  const path = join(world.directory, 'routing.yaml')
  await writeFile(path, text)
  world.env.ROUTING_FILE = path
  return { world, write: (next: string) => writeFile(path, next) }
}

const logged = (world: World, msg: string) => world.log.find((line) => line.msg.startsWith(msg))

describe('the routing file', () => {
  test('is read again when it changes; a bad one is refused, and the old one stays in force', async () => {
    const { world, write } = await openWithFile('capacity: 1')
    await world.start()
    for (let i = 0; i < 4; i += 1) world.account.openChat(null)
    await eventually(() => expect(world.assigned()).toHaveLength(3))
    await write('capacity: none')
    await eventually(() => expect(logged(world, 'routing file refused')).toBeDefined())
    expect(world.text.join('\n')).toMatch(/line 1, capacity: must be number/)
    expect(await (await world.getOperations('/readyz')).text()).toContain('last change refused')
    expect(world.assigned()).toHaveLength(3)
    await write('capacity: 2')
    await eventually(() => expect(world.assigned()).toHaveLength(4))
  })

  test('is read at once on SIGHUP', async () => {
    const { world, write } = await openWithFile('rules: load')
    await world.start()
    await write('rules: round-robin')
    world.signal('SIGHUP')
    await eventually(() => expect(logged(world, 'routing file read')).toBeDefined())
    expect(await world.stop()).toBe(0)
  })

  test('with a mistake stops the start, with the line and what is allowed', async () => {
    const { world } = await openWithFile('capacity: 5\nshift: office\n')
    await expect(world.start()).rejects.toThrow(
      /routing file .*line 2, shift: there is no shift "office"; there are: none/,
    )
  })

  test('the example is understood, and published with its schema', async () => {
    const { world } = await openWithFile(readFileSync('routing.example.yaml', 'utf8'))
    expect(await run(world, 'check-config')).toMatch(
      /rules: department, skills, available, guard, capacity, sticky, present\?, share, round-robin/,
    )
    const published: unknown = JSON.parse(readFileSync('routing.schema.json', 'utf8'))
    expect(JSON.parse(await run(world, 'check-config', '--schema'))).toEqual(published)
  })

  test('check-config needs no key: an empty one, as in a new .env, counts as not set', async () => {
    const { world } = await openWithFile('capacity: 5')
    Object.assign(world.env, { HELPCRUNCH_API_KEY: '', HELPCRUNCH_WEBHOOK_SIGNING_KEY: '' })
    expect(await run(world, 'check-config')).toMatch(
      /^rules: .*\nAn agent has at most 5 chats at once\.\nBots get no chats: helpbot\..*\nHELPCRUNCH_API_KEY is not set: agents and departments were not looked up\n$/,
    )
  })

  test('check-config reports agents that do not exist, and settings that never matter', async () => {
    const { world } = await openWithFile(
      [
        'agents: { 99: { weight: 2 } }',
        'rules: department,present?,guard,load',
        'departments: { none: { overflow: [{ to: own }, { to: nobody }] } }',
      ].join('\n'),
    )
    const said = await run(world, 'check-config')
    expect(said).toContain('1  Agent 1: no department; shift always')
    expect(said).toContain('! agents.99: HelpCrunch has no such agent')
    expect(said).toContain('! the rule guard never matters: there are no guard')
    expect(said).toContain('! departments.none: step 1 of the overflow has no seconds')
    expect(said).toContain('! present? stands before guard')
  })
})

test('an agent is paused and resumed beside the running service, which follows within a second', async () => {
  const { world } = await openWithFile('{}')
  await world.start()
  for (const id of ['1', '2', '3'])
    expect(await run(world, 'agents', 'pause', id)).toBe(`agent ${id} (Agent ${id}) paused until resumed\n`)
  await eventually(async () => expect(await run(world, 'agents')).toMatch(/^(\d {2}Agent \d .* paused\n){3}/))
  const chat = world.account.openChat(null)
  await eventually(() => expect(logged(world, 'no agent is eligible')).toBeDefined())
  for (const unknown of ['77', 'Ann']) {
    expect(await run(world, 'agents', 'pause', unknown)).toBe(
      `there is no agent "${unknown}"; without arguments this command lists them\n`,
    )
  }
  await run(world, 'agents', 'resume', '2')
  const resumedAt = performance.now()
  await eventually(() => expect(chat.assigneeId).toBe(2))
  expect(performance.now() - resumedAt).toBeLessThan(1000)
})

test('where the file says so, a paused agent’s chats go to others, except those from a person', async () => {
  const { world } = await openWithFile('handOver: { whenPaused: true }')
  await world.start()
  const [given, byHand] = [world.account.openChat(null), world.account.openChat(null)]
  await eventually(() =>
    expect([given, byHand].map(({ assigneeId }) => assigneeId).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([1, 2]),
  )
  const agent = given.assigneeId ?? 0
  world.account.assign(byHand, agent)
  await world.sender.settled()
  await run(world, 'agents', 'pause', String(agent))
  await eventually(() => expect(given.assigneeId).not.toBe(agent))
  expect(byHand.assigneeId).toBe(agent)
  expect(await run(world, 'why', String(given.id))).toContain(`missed by ${agent}`)
})

test('a command and the API explain in words and as data why a chat has its agent', async () => {
  const { world } = await openWithFile('labels: { vip: { tags: [vip] } }', { ADMIN_TOKEN: TOKEN })
  await world.start()
  const chat = world.account.openChat(null)
  await eventually(() => expect(logged(world, 'assignment settled')).toBeDefined())
  const words = await run(world, 'why', String(chat.id))
  expect(words).toMatch(
    /chat 1001: new, agent 1 has it, from us; no department; channel not known\nassignment 1: opened .*, assigned at /,
  )
  expect(words).toContain('load: 1: 0, 2: 0, 3: 0; leaves 1, 2, 3')
  expect(await run(world, 'why', '77')).toBe('no record of chat 77\n')
  const get = (token: string) =>
    fetch(`${world.url}/api/chats/${chat.id}/why`, { headers: { authorization: `Bearer ${token}` } })
  expect((await get('wrong')).status).toBe(401)
  const answer = (await (await get(TOKEN)).json()) as { words: string; assignments: object[] }
  expect(answer.words).toBe(words.trim())
  expect(answer.assignments).toMatchObject([{ state: 'assigned', decisions: [{ agentId: 1 }] }])
})

test('without ADMIN_TOKEN there is no API', async () => {
  const world = await openWorld()
  await world.start()
  expect((await world.get('/api/chats/1/why')).status).toBe(404)
})
