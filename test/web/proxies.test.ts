import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort } from '../support/free-port.ts'
import { eventually, openWorld } from '../support/world.ts'
import { logIn, openBrowser, PAGE_ENV, rowWith } from './browser.ts'
import { TEAM } from './team.ts'

/** Starts a proxy with its example file, and with the test's own ports. */
async function startProxy(
  example: string,
  ports: { from: number; to: number },
  args: (path: string, directory: string) => string[],
) {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-proxy-'))
  const path = join(directory, example)
  const text = await readFile(join('deploy/proxy', example), 'utf8')
  await writeFile(path, text.replaceAll(':8080', `:${ports.from}`).replaceAll(':3000', `:${ports.to}`))
  const [command = '', ...rest] = args(path, directory)
  const proxy: ChildProcess = spawn(command, rest, { stdio: 'ignore', env: { ...process.env, HOME: directory } })
  const ended = once(proxy, 'close')
  onTestFinished(async () => {
    proxy.kill('SIGKILL')
    await ended
    await rm(directory, { recursive: true, force: true })
  })
}

test.for<[string, string, (path: string, directory: string) => string[]]>([
  [
    'nginx',
    'page.nginx.conf',
    (path, directory) => [
      'nginx',
      '-c',
      path,
      '-p',
      directory,
      '-g',
      'daemon off; master_process off; pid nginx.pid; error_log stderr;',
    ],
  ],
  ['Caddy', 'page.Caddyfile', (path) => ['caddy', 'run', '--config', path, '--adapter', 'caddyfile']],
  ['HAProxy', 'page.haproxy.cfg', (path) => ['haproxy', '-db', '-f', path]],
])('behind %s under /autoassign/ people log in, act, and see changes as they happen', async ([, example, args]) => {
  const from = await findFreePort()
  const url = `http://127.0.0.1:${from}/autoassign/`
  const world = await openWorld({ agents: TEAM, env: { ...PAGE_ENV, PUBLIC_URL: url, TRUSTED_PROXY: '127.0.0.1' } })
  await world.start()
  await startProxy(example, { from, to: Number(new URL(world.url).port) }, args)
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${from}/autoassign`)).url).toBe(url))
  const page = await openBrowser()
  await logIn(page, url)
  const ann = rowWith(page, 'Agents', 'Ann')
  await ann.waitFor()
  world.account.openChat(null)
  await page.getByRole('table', { name: 'Agents' }).getByText('1, no limit').waitFor()
  await page.getByRole('button', { name: 'Pause Ann' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
  await ann.getByText(/paused/).waitFor()
  // A browser of its own: Swagger UI sets a style that its policy blocks, which does no harm.
  const docs = await openBrowser({}, 'may complain')
  await logIn(docs, url)
  expect((await docs.goto(`${url}api/v1/docs/`))?.status()).toBe(200)
  await docs.getByText('The figures of this moment').waitFor()
})
