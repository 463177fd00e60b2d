import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import type { Envelope } from '../../demo/account.ts'
import { failing, onAssign } from '../../demo/moods.ts'
import type { StandIn } from '../../demo/stand-in.ts'
import { placeOf } from '../docs/commands.ts'
import { commandsOf, PAGES } from '../docs/pages.ts'
import { openAccounts } from '../support/instances.ts'
import { agents, eventually, openWorld } from '../support/world.ts'

const execute = promisify(execFile)
const ADMIN_TOKEN = 'docs-admin-token-0123456789'
const ACCOUNTS_PAGE = 'docs/accounts.md'

/** The chat that the documentation asks about. */
const CHAT_542: Envelope = {
  event: 'chat.new',
  eventData: { chat_id: 542, status: 'new' },
  id: 'event-of-chat-542',
  createdAt: Math.floor(Date.now() / 1000),
  chatId: 542,
}

/**
 * Runs the page's commands that go with a running service, each as it is printed, but for the service's address.
 * @returns those that fail, with what they print
 */
async function failingCommands(page: string, url: string, env: Record<string, string>): Promise<string[]> {
  const failed: string[] = []
  for (const command of commandsOf(page).filter((each) => placeOf(each) === 'beside the service')) {
    const line = command.replace(/https:\/\/your-host|http:\/\/localhost:3000/, url).replace(/^curl/, 'curl --fail')
    await execute('bash', ['-c', line], {
      // A developer's own .env stays as it is.
      cwd: command.startsWith('cp .env') ? await directoryWithExample() : process.cwd(),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    }).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      failed.push(`${page}: ${command}\n${stdout}${stderr}`)
    })
  }
  return failed
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-docs-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

async function directoryWithExample(): Promise<string> {
  const directory = await temporaryDirectory()
  await copyFile('.env.example', join(directory, '.env.example'))
  return directory
}

async function makeDeadLetter(standIn: StandIn, make: () => void, log: () => readonly { state?: string }[]) {
  standIn.setTemper(onAssign(failing(500)))
  make()
  await eventually(() => expect(log().some(({ state }) => state === 'dead')).toBe(true))
  standIn.setTemper(() => null)
}

test('each command of the documentation that goes with a running service works there', async () => {
  const world = await openWorld({ agents: agents(12), env: { MAX_ATTEMPTS: '1', ADMIN_TOKEN } })
  await world.start()
  onTestFinished(() => rm('backup.db', { force: true }))
  await makeDeadLetter(
    world.standIn,
    () => world.sender.send(CHAT_542),
    () => world.log,
  )
  for (const page of PAGES.filter((each) => each !== ACCOUNTS_PAGE)) {
    expect(await failingCommands(page, world.url, world.env)).toEqual([])
  }
})

test('so do those for several accounts', async () => {
  const world = await openAccounts(`file:${join(await temporaryDirectory(), 'test.db')}`, { acme: { agents: 12 } })
  const acme = world.of('acme')
  const service = await world.start({ MAX_ATTEMPTS: '1', ADMIN_TOKEN })
  await makeDeadLetter(
    acme.standIn,
    () => acme.sender.send(CHAT_542),
    () => service.log,
  )
  const env = { DATABASE_URL: world.databaseUrl, ACCOUNTS_FILE: join(world.directory, 'accounts.yaml'), ADMIN_TOKEN }
  expect(await failingCommands(ACCOUNTS_PAGE, service.url, env)).toEqual([])
})
