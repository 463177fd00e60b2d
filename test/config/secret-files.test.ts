import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { readConfig, readDatabaseUrl } from '../../src/config/config.ts'
import { FROM_FILES } from '../../src/config/secret-files.ts'

const KEYS = { HELPCRUNCH_API_KEY: 'k', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 's' }
const VALUES = {
  HELPCRUNCH_API_KEY: 'a-key',
  HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'new-key,old-key',
  ADMIN_TOKEN: 'a-token-of-24-characters',
  VIEWER_TOKEN: 'another-of-24-characters',
  METRICS_TOKEN: 'a-third-of-24-characters',
  DATABASE_URL: 'postgres://me:secret@db/x',
}
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'autoassign-secrets-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
})

async function file(content: string | Buffer): Promise<string> {
  const path = join(directory, 'secret')
  await writeFile(path, content)
  return path
}

test.for(FROM_FILES)('%s is read from a file, without the line break at its end', async (name) => {
  const { [name]: _, ...others } = { ...KEYS, ...VALUES }
  const config = await readConfig({ ...others, [`${name}_FILE`]: await file(`${VALUES[name]}\n`) })
  expect(config[name]).toBe(VALUES[name])
})

test('command line tools read DATABASE_URL from its file, too', async () => {
  expect(await readDatabaseUrl({ DATABASE_URL_FILE: await file('file:./elsewhere.db\n') })).toBe('file:./elsewhere.db')
})

test('a variable and its file at once are refused: one of them would be ignored', async () => {
  const environment = { ...KEYS, HELPCRUNCH_API_KEY_FILE: await file('other') }
  await expect(readConfig(environment)).rejects.toThrow(
    'HELPCRUNCH_API_KEY and HELPCRUNCH_API_KEY_FILE are both set; set one of them',
  )
})

test('for an empty variable its file counts', async () => {
  const path = await file('from-the-file')
  const config = await readConfig({ ...KEYS, HELPCRUNCH_API_KEY: ' ', HELPCRUNCH_API_KEY_FILE: path })
  expect(config.HELPCRUNCH_API_KEY).toBe('from-the-file')
})

test.for<[string, string | Buffer, RegExp]>([
  ['empty', ' \n', /^ADMIN_TOKEN_FILE: .*secret is empty; it should hold the secret$/],
  ['larger than 64 KiB', 'x'.repeat(65_537), /^ADMIN_TOKEN_FILE: .* is larger than 65536 bytes/],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x41]), /^ADMIN_TOKEN_FILE: .* is not UTF-8 text/],
])(
  'a file that is %s stops the start with a line that names the variable, and not the file’s content',
  async ([, content, message]) => {
    await expect(readConfig({ ...KEYS, ADMIN_TOKEN_FILE: await file(content) })).rejects.toThrow(message)
  },
)

test.for([
  ['nowhere', /ENOENT/],
  ['.', /EISDIR/],
] as const)('a path that is %s is told with the reason', async ([path, reason]) => {
  const message = await readConfig({ ...KEYS, ADMIN_TOKEN_FILE: join(directory, path) }).catch(
    (error: Error) => error.message,
  )
  expect(message).toMatch(/^ADMIN_TOKEN_FILE: cannot read /)
  expect(message).toMatch(reason)
})

test('a wrong value from a file is never shown', async () => {
  const message = await readConfig({ ...KEYS, ADMIN_TOKEN_FILE: await file('short') }).catch(
    (error: Error) => error.message,
  )
  expect(message).toMatch(/^ADMIN_TOKEN is not usable; it should be/)
  expect(message).not.toContain('short')
})
