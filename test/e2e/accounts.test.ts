import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findUnassigned } from '../../demo/lost.ts'
import { sign } from '../../demo/sender.ts'
import type { LogLine } from '../../demo/view.ts'
import { openAccounts } from '../support/instances.ts'
import type { HelpCrunchAccount } from '../support/helpcrunch.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

async function createFile(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return `file:${join(directory, 'test.db')}`
}

const unassigned = ({ account, sender }: HelpCrunchAccount) => findUnassigned(account, sender)
const linesOf = (log: readonly LogLine[], account: string) =>
  log.filter((line) => 'account' in line && line.account === account)

describe.for([
  ['SQLite', createFile],
  ['PostgreSQL', createDatabase],
] as const)('several accounts in one deployment, on %s', ([, create]) => {
  test('each chat goes to an agent of its own account, and log lines and metrics name the account', async () => {
    const world = await openAccounts(await create(), { acme: {}, beta: {} })
    const instance = await world.start()
    // The same chat ids in both, as accounts have them.
    for (let i = 0; i < 10; i += 1) for (const name of ['acme', 'beta']) world.of(name).account.openChat(null)
    for (const name of ['acme', 'beta']) {
      await eventually(() => expect(world.of(name).assigned()).toHaveLength(10))
      await eventually(() =>
        expect(linesOf(instance.log, name).filter(({ msg }) => msg === 'assignment settled')).toHaveLength(10),
      )
    }
    const metrics = await (await instance.ask('/metrics')).text()
    expect(metrics).toContain('autoassign_assignments_settled_total{account="beta",state="assigned"} 10')
    expect(metrics).toContain('autoassign_assignments_open{account="acme",state="waiting"} 0')
  })

  test('a webhook counts only if it is signed with the key of the account that it is addressed to', async () => {
    const world = await openAccounts(await create(), { acme: {}, beta: {} })
    const instance = await world.start()
    const body = JSON.stringify({
      id: '1',
      event: 'chat.new',
      createdAt: Math.floor(Date.now() / 1000),
      eventData: { id: 1 },
    })
    const post = async (account: string, signer: string) => {
      const signature = sign(body, world.of(signer).signingKey)
      const headers = { 'content-type': 'application/json', 'x-helpcrunch-signature': signature }
      return (await fetch(`${instance.url}/webhooks/helpcrunch${account}`, { method: 'POST', body, headers })).status
    }
    expect(await post('/acme', 'beta')).toBe(401)
    expect(await post('/gamma', 'acme')).toBe(404)
    expect(await post('', 'acme')).toBe(404)
    expect(await post('/acme', 'acme')).toBe(200)
  })

  test('one account’s storm, 429s, revoked key or broken routing file does not affect another account', async () => {
    const world = await openAccounts(await create(), {
      calm: {},
      stormy: { limitPerMinute: 60 },
      limited: {},
      revoked: {},
      broken: { lines: ['routingFile: broken.yaml'] },
    })
    await writeFile(join(world.directory, 'broken.yaml'), 'agents: [what')
    world
      .of('limited')
      .standIn.setTemper(() => ({ kind: 'answer', status: 429, body: '{}', headers: { 'retry-after': '60' } }))
    world.of('revoked').standIn.setTemper(() => ({ kind: 'answer', status: 401, body: '{}', headers: {} }))
    const instance = await world.start()
    for (const name of ['limited', 'revoked', 'broken']) world.of(name).account.openChat(null)
    for (let i = 0; i < 300; i += 1) world.of('stormy').account.openChat(null)
    const calm = Array.from({ length: 20 }, () => world.of('calm').account.openChat(null))
    await eventually(() => expect(calm.every(({ assigneeId }) => assigneeId !== null)).toBe(true))
    expect(unassigned(world.of('calm'))).toEqual([])
    expect(world.of('broken').standIn.seen, 'requests for an account whose rules are unknown').toEqual([])

    await eventually(async () => {
      const readiness = await instance.ask('/readyz')
      const { checks } = (await readiness.json()) as { checks: { account?: string; name: string; ok: boolean }[] }
      const failing = checks.filter(({ ok }) => !ok).map(({ account, name }) => [account, name])
      expect(failing).toContainEqual(['revoked', 'api key'])
      expect(failing).toContainEqual(['broken', 'routing'])
      expect(failing.some(([account]) => account === 'calm')).toBe(false)
      expect(readiness.status, 'the others are served').toBe(200)
    })

    // Once the causes are mended, the waiting chats are assigned.
    await writeFile(join(world.directory, 'broken.yaml'), 'capacity: 10')
    world.of('revoked').standIn.setTemper(() => null)
    await eventually(() => expect(world.of('broken').assigned()).toHaveLength(1))
  })

  test('webhooks are stored for a file’s only account, also where its routing file is broken at first', async () => {
    const world = await openAccounts(await create(), { acme: { lines: ['routingFile: broken.yaml'] } })
    await writeFile(join(world.directory, 'broken.yaml'), 'agents: [what')
    await world.start()
    const { account, sender } = world.of('acme')
    const chat = account.openChat(null)
    await sender.settled()
    expect(chat.assigneeId).toBeNull()
    await writeFile(join(world.directory, 'broken.yaml'), 'capacity: 10')
    await eventually(() => expect(chat.assigneeId).not.toBeNull())
  })
})
