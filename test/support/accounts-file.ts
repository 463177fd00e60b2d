import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { readAccounts, type AccountSettings } from '../../src/config/accounts/read-accounts.ts'
import { ConfigError, readConfig } from '../../src/config/config.ts'

export const ACME = ['accounts:', '  - name: acme', '    apiKey: secret-1', '    signingKey: secret-2']
export const BETA = ['  - name: beta', '    apiKey: secret-3', '    signingKey: secret-4']
export const API_KEY = 'the API key of your HelpCrunch account'
export const NAME = 'at most 63 of a-z, 0-9, - and _, a letter or digit first'

export async function write(lines: readonly string[]): Promise<{ directory: string; path: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-accounts-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'accounts.yaml')
  await writeFile(path, lines.join('\n'))
  return { directory, path }
}

export async function read(
  path: string,
  environment: Record<string, string> = {},
): Promise<readonly AccountSettings[]> {
  return readAccounts(await readConfig({ ACCOUNTS_FILE: path }), environment)
}

export async function readLines(lines: readonly string[], environment?: Record<string, string>) {
  return read((await write(lines)).path, environment)
}

/** What is wrong with a file of these lines. */
export async function mistakesIn(lines: readonly string[], environment?: Record<string, string>): Promise<string> {
  const { path } = await write(lines)
  const failure = await read(path, environment).catch((error: unknown) => error)
  if (!(failure instanceof ConfigError)) throw new Error('no mistake was found', { cause: failure })
  const beginning = `ACCOUNTS_FILE: ${path}: `
  expect(failure.message.startsWith(beginning)).toBe(true)
  return failure.message.slice(beginning.length)
}
