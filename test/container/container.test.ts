import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { GenericContainer, Wait } from 'testcontainers'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, openWorld, type World } from '../support/world.ts'

const run = promisify(execFile)
const IMAGE = 'helpcrunch-autoassign'

/** The world's settings, with the image's own place for the database. */
function settingsOf(world: World): Record<string, string> {
  const { DATABASE_URL: _inTheWorld, ...settings } = world.env
  return settings
}

async function expectAssigned(world: World): Promise<void> {
  const chat = world.account.openChat(null)
  await eventually(() => expect(chat.assigneeId).not.toBeNull())
  expect(world.standIn.puts()).toHaveLength(1)
}

test('the image becomes healthy, runs as node, and assigns a chat', async () => {
  const world = await openWorld()
  const container = await new GenericContainer(IMAGE)
    .withNetworkMode('host')
    .withEnvironment(settingsOf(world))
    .withWaitStrategy(Wait.forHealthCheck())
    .start()
  onTestFinished(async () => void (await container.stop()))
  expect((await container.exec(['id', '-un'])).output.trim()).toBe('node')
  expect((await container.exec(['test', '-e', 'node_modules/vitest'])).exitCode, 'development packages').toBe(1)
  await expectAssigned(world)
})

test('with a read-only root file system it assigns a chat, and docker stop ends it in time with code 0', async () => {
  const world = await openWorld()
  const settings = Object.entries(settingsOf(world)).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const { stdout } = await run('docker', ['run', '--detach', '--read-only', '--network', 'host', ...settings, IMAGE])
  const id = stdout.trim()
  onTestFinished(async () => void (await run('docker', ['rm', '--force', '--volumes', id])))
  await eventually(async () => expect((await world.get('/readyz')).status).toBe(200))
  await expectAssigned(world)
  const stoppedAt = performance.now()
  await run('docker', ['stop', id])
  expect(performance.now() - stoppedAt).toBeLessThan(5000)
  expect((await run('docker', ['inspect', '--format', '{{.State.ExitCode}}', id])).stdout.trim()).toBe('0')
})

test('without a key the container says so in one line', async () => {
  const failure = await run('docker', ['run', '--rm', IMAGE]).catch(
    (error: unknown) => error as { code: number; stderr: string },
  )
  expect(failure).toMatchObject({
    code: 1,
    stderr: 'HELPCRUNCH_API_KEY is not set; it should be the API key of your HelpCrunch account\n',
  })
})
