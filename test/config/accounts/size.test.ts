import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readAccounts } from '../../../src/config/accounts/read-accounts.ts'
import { readConfig } from '../../../src/config/config.ts'

async function read(text: string) {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-size-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'accounts.yaml')
  await writeFile(path, text)
  return readAccounts(await readConfig({ ACCOUNTS_FILE: path }), {})
}

test('an accounts file of more than 4 MiB is refused unread, with a line that says so', async () => {
  await expect(read(`# ${'x'.repeat(4 * 1024 * 1024)}\n`)).rejects.toThrow(
    /^ACCOUNTS_FILE: .*accounts\.yaml is larger than 4194304 bytes/,
  )
})

test('one with a thousand accounts is read', async () => {
  const account = (index: number) => `  - { name: account-${index}, apiKey: key-${index}, signingKey: secret-${index} }`
  expect(
    await read(['accounts:', ...Array.from({ length: 1000 }, (_, index) => account(index))].join('\n')),
  ).toHaveLength(1000)
})
