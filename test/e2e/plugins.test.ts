import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually, openWorld } from '../support/world.ts'

const settled = (world: Awaited<ReturnType<typeof openWorld>>) =>
  world.log.filter(({ msg }) => msg === 'assignment settled')

test('the rule of the documentation is in force', async () => {
  const world = await openWorld({
    agents: [{ id: 7, name: 'Tim', email: 'tim@example.com', role: 'agent' }],
    env: { ROUTING_PLUGINS: './docs/examples/trainee.ts', ROUTING_RULES: 'trainee,load' },
  })
  await world.start()
  const [first, second] = [world.account.openChat(null), world.account.openChat(null)]
  await eventually(() => expect(world.log.some(({ why }) => why?.includes('trainee with a chat already'))).toBe(true))
  await eventually(() => expect(world.assigned()).toHaveLength(1))
  expect([first.assigneeId, second.assigneeId]).toContain(null)
  world.account.close(first.assigneeId === null ? second : first)
  await eventually(() => expect(world.assigned()).toHaveLength(2))
})

test.for([
  ['throws', 'keep() { throw new Error("oh no") }', 'oh no'],
  ['gives no answer', 'keep() {}', 'gave neither true nor a reason'],
  ['is asynchronous, and rejects', 'keep: async () => { throw new Error("oh no") }', 'is asynchronous'],
  ['never returns', 'keep() { for (;;); }', 'no answer in 250 ms'],
  ['ends its process', 'keep() { process.exit() }', 'ended with'],
])('a rule that %s is left out and named, and the chat gets its agent', async ([, method, reason]) => {
  const world = await openWorld({ env: { ROUTING_RULES: 'mine,load' } })
  const path = join(world.directory, 'mine.mjs')
  await writeFile(path, `export const mine = { kind: 'filter', name: 'mine', ${method} }`)
  await world.start({ ROUTING_PLUGINS: path })
  world.account.openChat(null)
  await eventually(() => expect(settled(world)).toHaveLength(1))
  const line = world.text.find((text) => text.includes('plug-in failed: its rules are skipped'))
  expect(line).toContain(JSON.stringify(path))
  expect(line).toContain(reason)
  expect((await world.get('/healthz')).status).toBe(200)
})

test('a plug-in that was changed is in force within two seconds', async () => {
  const world = await openWorld({ env: { ROUTING_RULES: 'mine,load' } })
  const path = join(world.directory, 'mine.mjs')
  const only = (id: number) =>
    `export const mine = { kind: 'filter', name: 'mine', keep: ({ agent }) => agent.id === ${id} || 'another one' }`
  await writeFile(path, only(2))
  await world.start({ ROUTING_PLUGINS: path })
  world.account.openChat(null)
  await eventually(() => expect(world.assigned().map(([, agentId]) => agentId)).toEqual([2]))
  await writeFile(path, only(3))
  await eventually(() => expect(world.log.some(({ msg }) => msg.startsWith('plug-in loaded again'))).toBe(true))
  world.account.openChat(null)
  await eventually(() => expect(world.assigned().map(([, agentId]) => agentId)).toEqual([2, 3]))
})

test.for([
  ['a time that is over', 'until: 5'],
  ['no time', 'isThisChat: true'],
])('a rule that drops all agents until %s keeps the chat waiting, and the service alive', async ([, rest]) => {
  const world = await openWorld({ env: { ROUTING_RULES: 'mine,load' } })
  const path = join(world.directory, 'mine.mjs')
  await writeFile(
    path,
    `export const mine = { kind: 'filter', name: 'mine', keep: () => ({ reason: 'lunch', ${rest} }) }`,
  )
  await world.start({ ROUTING_PLUGINS: path })
  world.account.openChat(null)
  await eventually(() => expect(world.log.some(({ why }) => why?.includes('lunch'))).toBe(true))
  expect((await world.get('/healthz')).status).toBe(200)
  expect(world.log.filter(({ level }) => level === 'error')).toEqual([])
})

test.for([
  ['a missing module', './nowhere.ts', /ROUTING_PLUGINS: .\/nowhere.ts: cannot be loaded/],
  ['a module without rules', './src/clock.ts', /ROUTING_PLUGINS: .\/src\/clock.ts: exports no rule/],
  ['a name that is taken', './src/routing/rules/load.ts', /ROUTING_PLUGINS: .*: there is a rule "load" already/],
] as const)('%s stops the start with one line', async ([, path, message]) => {
  const world = await openWorld({ env: { ROUTING_PLUGINS: path } })
  await expect(world.start()).rejects.toThrow(message)
})
