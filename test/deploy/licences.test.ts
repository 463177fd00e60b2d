import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

const execute = promisify(execFile)
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'autoassign-licences-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await mkdir(join(directory, 'docs'))
})

async function run(packages: Record<string, object>, ...args: string[]): Promise<string> {
  await writeFile(join(directory, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...packages } }))
  return execute(process.execPath, [resolve('scripts/licences.mjs'), ...args], { cwd: directory }).then(
    () => 'agreed',
    ({ code, stderr }: { code: number; stderr: string }) => `${code}: ${stderr}`,
  )
}

const FASTIFY = { 'node_modules/fastify': { version: '5.0.0', license: 'MIT' } }

test('the committed list agrees with the lock file', async () => {
  const { stderr } = await execute(process.execPath, ['scripts/licences.mjs'])
  expect(stderr).toBe('')
})

test('a list that was written is accepted; packages for development are left out', async () => {
  const all = { ...FASTIFY, 'node_modules/vitest': { version: '1.0.0', license: 'GPL-3.0', dev: true } }
  expect(await run(all, '--write')).toBe('agreed')
  expect(await readFile(join(directory, 'docs', 'production-licences.txt'), 'utf8')).toBe('fastify 5.0.0 MIT\n')
  expect(await run(all)).toBe('agreed')
})

test('a new package, another version and another licence are reported', async () => {
  await run(FASTIFY, '--write')
  const other = await run({
    'node_modules/fastify': { version: '5.0.0', license: 'ISC' },
    'node_modules/a/node_modules/b': { version: '1.0.0', license: 'MIT' },
  })
  expect(other).toContain('- fastify 5.0.0 MIT\n+ b 1.0.0 MIT\n+ fastify 5.0.0 ISC')
})

test.for(['GPL-3.0', 'UNLICENSED', undefined])('the licence %s is refused, also with --write', async (license) => {
  expect(await run({ 'node_modules/x': { version: '1.0.0', license } }, '--write')).toMatch(
    /^1: licences that are not on the list/,
  )
})
