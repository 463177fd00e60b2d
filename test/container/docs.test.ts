import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { commandsOf } from '../docs/pages.ts'
import { findFreePort } from '../support/free-port.ts'
import { eventually } from '../support/world.ts'
import { composeCommand } from './compose-command.ts'

const run = promisify(execFile)
const PROJECT = 'autoassign-docs-test'
const CONTAINER = 'autoassign'
/** Two keys that no account has: the service starts, and says in /readyz that HelpCrunch takes them not. */
const SETTINGS = 'HELPCRUNCH_API_KEY=not-a-real-key\nHELPCRUNCH_WEBHOOK_SIGNING_KEY=not-a-real-key\n'
const README = commandsOf('README.md')
const DATABASE = commandsOf('docs/database.md')
const DEPLOYMENT = commandsOf('docs/deployment.md')

let directory: string
let port: number
let compose: string
let envFile: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'autoassign-docs-'))
  envFile = join(directory, '.env')
  await writeFile(envFile, SETTINGS)
  await copyFile('routing.example.yaml', join(directory, 'routing.yaml'))
  port = await findFreePort()
  compose = (await composeCommand()).join(' ')
  return () => rm(directory, { recursive: true, force: true })
})

/** Runs a command as it is printed, but without a terminal. It must be one of the page's, or the page has changed and this test with it. */
async function type(page: readonly string[], command: string, limits: { timeout?: number } = {}): Promise<void> {
  if (!page.includes(command)) throw new Error(`the page has no command "${command}" any more`)
  const usesFiles = /\.env|routing\.yaml|autoassign:\/data/.test(command)
  await run(
    'bash',
    [
      '-c',
      command.replace(/^docker compose (.*) exec /, 'docker compose $1 exec -T ').replace(/^docker compose/, compose),
    ],
    {
      cwd: usesFiles ? directory : process.cwd(),
      env: { ...process.env, ...environment() },
      ...limits,
    },
  )
}

function environment(): Record<string, string> {
  return { ENV_FILE: envFile, PUBLISH_PORT: String(port), COMPOSE_PROJECT_NAME: PROJECT }
}

async function health(): Promise<string> {
  const { stdout } = await run('docker', ['inspect', '--format', '{{.State.Health.Status}}', CONTAINER])
  return stdout.trim()
}

async function isListening(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function removeContainer(): Promise<void> {
  await run('docker', ['rm', '--force', '--volumes', CONTAINER])
  await run('docker', ['volume', 'rm', '--force', 'autoassign-data'])
}

function takeDown(): Promise<unknown> {
  const [program = '', ...words] = compose.split(' ')
  return run(program, [...words, '--profile', 'cluster', '--profile', 'demo', 'down', '--volumes', '--timeout', '1'], {
    env: { ...process.env, ...environment() },
  })
}

test('the commands for one container', async () => {
  onTestFinished(removeContainer)
  await removeContainer()
  const [build = '', start = '', stop = ''] = README.filter((command) => /^docker (?!compose)/.test(command))
  await type(README, build)
  await type(README, start)
  await eventually(async () => expect(await health()).toBe('healthy'))
  for (const command of DATABASE.filter((each) => each.startsWith('docker '))) await type(DATABASE, command)
  await type(README, stop)
  await removeContainer()
  for (const command of DEPLOYMENT.filter((each) => each.startsWith('docker run'))) await type(DEPLOYMENT, command)
  await eventually(async () => expect(await health()).toBe('healthy'))
})

test('the commands for Compose', async () => {
  onTestFinished(async () => void (await takeDown()))
  await takeDown()
  await type(README, 'docker compose up --detach')
  await eventually(async () => expect(await isListening()).toBe(true))
  await takeDown()
  await type(README, 'docker compose --profile cluster up --detach proxy')
  await eventually(async () => expect(await isListening()).toBe(true))
  const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
  await eventually(async () => expect(await statusOf('/'), 'the page').toBe(200))
  expect(await statusOf('/metrics'), 'which each instance has of its own').toBe(403)
})

test('the commands for several instances, on the stand-in', async () => {
  onTestFinished(async () => void (await takeDown()))
  await takeDown()
  envFile = 'demo.env'
  const commands = DEPLOYMENT.filter((command) => command.startsWith('docker compose'))
  const ofDemo = commands.slice(0, commands.findIndex((command) => command.includes(' down ')) + 1)
  const [start = '', kill = '', follow = '', again = '', end = ''] = ofDemo
  await type(DEPLOYMENT, start)
  await eventually(async () => expect(await isListening()).toBe(true))
  await type(DEPLOYMENT, kill)
  // It follows the log until it is ended.
  await expect(type(DEPLOYMENT, follow, { timeout: 2000 })).rejects.toMatchObject({ signal: 'SIGTERM' })
  await type(DEPLOYMENT, again)
  // The upgrade and the tools.
  for (const command of commands.slice(ofDemo.length)) await eventually(() => type(DEPLOYMENT, command))
  await eventually(async () => expect(await isListening()).toBe(true))
  await type(DEPLOYMENT, end)
})
