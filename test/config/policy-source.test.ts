import { mkdtemp, open, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openPolicySource, type PolicySource } from '../../src/config/policy-source.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

const LATIN_1 = Buffer.from('capacity: 5\nlabels: { refund: { text: [rembours\u00e9] } }\n', 'latin1')

let directory = ''
let path = ''
let clock: ManualClock
let logged: { msg: string; reason?: string }[]

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'autoassign-policy-'))
  path = join(directory, 'routing.yaml')
  clock = createManualClock()
  logged = []
})
afterEach(() => rm(directory, { recursive: true }))

async function openWith(text: string | Buffer, more: object = {}): Promise<PolicySource> {
  await writeFile(path, text)
  const write = (line: string) => void logged.push(JSON.parse(line) as (typeof logged)[number])
  const settings = { rules: null, agentCapacity: null, botAgentIds: null, path, plugins: null, ...more }
  const source = await openPolicySource(settings, { clock, logger: pino({ level: 'info' }, { write }) })
  onTestFinished(() => source.close())
  return source
}

/** Half a second passes, and the file is checked. */
async function look(): Promise<void> {
  clock.advance(500)
  await vi.waitFor(() => expect(clock.timers).toBe(1))
}

const capacityOf = (source: PolicySource) => source.current().settings.file.capacity
const wholeOf = (capacity: number) => `capacity: ${capacity}\nagents: { 2: { weight: 5 } }\n`

describe('a change', () => {
  test('comes into force once it has read the same for a second', async () => {
    const source = await openWith(wholeOf(5))
    const changed = vi.fn<() => void>()
    source.onChange(changed)
    await writeFile(path, wholeOf(6))
    await look()
    await look()
    expect(capacityOf(source)).toBe(5)
    await look()
    expect(capacityOf(source)).toBe(6)
    expect(changed).toHaveBeenCalledOnce()
    await look()
    expect(changed).toHaveBeenCalledOnce()
  })

  test.for<[string, string]>([
    ['empty', ''],
    ['cut where it still parses', 'capacity: 1'],
    ['cut in the middle of a word', 'capaci'],
  ])('that is seen %s for most of a second is never in force, nor refused', async ([, half]) => {
    const source = await openWith(wholeOf(5))
    await writeFile(path, half)
    await look()
    await look()
    await writeFile(path, wholeOf(6))
    for (let i = 0; i < 3; i += 1) {
      expect(capacityOf(source)).toBe(5)
      await look()
    }
    expect(capacityOf(source)).toBe(6)
    expect(logged.map(({ msg }) => msg)).toEqual(['routing file read, and in force'])
  })

  test('that is undone within a second has no effect', async () => {
    const source = await openWith(wholeOf(5))
    await writeFile(path, wholeOf(6))
    await look()
    await writeFile(path, wholeOf(5))
    for (let i = 0; i < 4; i += 1) await look()
    expect(capacityOf(source)).toBe(5)
    expect(logged).toEqual([])
  })

  test('to an empty file is refused while another one is in force; {} is a file without settings', async () => {
    const source = await openWith(wholeOf(5))
    for (const empty of ['', '\n  \n', '# nothing\n---\n']) {
      await writeFile(path, empty)
      for (let i = 0; i < 3; i += 1) await look()
      expect(capacityOf(source)).toBe(5)
      expect(logged.at(-1)).toMatchObject({
        msg: 'routing file refused: the one before stays in force',
        reason: `routing file ${path}: is empty; where it shall say nothing, write {}`,
      })
    }
    await writeFile(path, '{}')
    for (let i = 0; i < 3; i += 1) await look()
    expect(source.current().settings.file).toEqual({})
  })

  test('is read at once by a reload, which refuses an empty file, too', async () => {
    const source = await openWith(wholeOf(5))
    await writeFile(path, wholeOf(6))
    await source.reload()
    expect(capacityOf(source)).toBe(6)
    await writeFile(path, '')
    await source.reload()
    expect(capacityOf(source)).toBe(6)
    expect(source.check().detail).toContain('last change refused')
  })

  test('is not refused while the file is missing for a moment, as when editors rename it', async () => {
    const source = await openWith(wholeOf(5))
    await unlink(path)
    await look()
    await writeFile(path, wholeOf(5))
    await look()
    await look()
    expect(logged).toEqual([])
    await unlink(path)
    for (let i = 0; i < 3; i += 1) await look()
    expect(logged).toMatchObject([{ reason: expect.stringContaining('cannot be read: ENOENT') as string }])
    expect(capacityOf(source)).toBe(5)
  })
})

test('an empty file is accepted at the start: it cannot switch off rules in force', async () => {
  expect((await openWith('')).current().settings.file).toEqual({})
})

describe('the start is stopped by a file', () => {
  test.for<[string, string | Buffer, RegExp]>([
    ['in another encoding', LATIN_1, /: line 2 is not UTF-8; save the file in the encoding UTF-8$/],
    ['of more than 1 MB', `# ${'x'.repeat(1_000_000)}`, /: is larger than 1 MB$/],
    ['with an agent twice', "agents:\n  1: {}\n  '1': {}\n", /: line 3: Map keys must be unique$/],
  ])('%s', async ([, text, message]) => {
    await expect(openWith(text)).rejects.toThrow(message)
  })
})

test('a byte order mark is no part of the file, and 1 MB is read', async () => {
  expect(capacityOf(await openWith(`\ufeffcapacity: 5\n`))).toBe(5)
  expect(capacityOf(await openWith(`capacity: 6\n#${' '.repeat(999_987)}`))).toBe(6)
})

describe('an error in the rules is reported with the place of the rules', () => {
  test.for<[string, string, object, RegExp]>([
    ['in ROUTING_RULES', 'capacity: 5', { rules: 'magic' }, /^ROUTING_RULES: "magic" is not a rule/],
    ['in the file', 'rules: magic', { rules: 'load' }, /^routing file .*: rules: "magic" is not a rule/],
    ['in ROUTING_RULES without a file', '', { rules: 'load,load', path: null }, /^ROUTING_RULES: "load" stands/],
  ])('%s', async ([, text, more, message]) => {
    await expect(openWith(text, more)).rejects.toThrow(message)
  })

  test('the file’s rules have precedence', async () => {
    const { rules } = (await openWith('rules: round-robin', { rules: 'load' })).current()
    expect(rules.map(({ rule }) => rule.name)).toEqual(['round-robin'])
  })
})

test.runIf(process.platform === 'linux')(
  'a file that was replaced under a mount is reported once, with what to do',
  async () => {
    await writeFile(path, wholeOf(5))
    await using held = await open(path)
    // Like a mount of the file alone: it leads to the file that was first at the path.
    const mounted = `/proc/self/fd/${held.fd}`
    const source = await openWith(wholeOf(5), { path: mounted })
    await look()
    expect(logged).toEqual([])
    await unlink(path)
    await writeFile(path, wholeOf(6))
    for (let i = 0; i < 4; i += 1) await look()
    expect(logged.map(({ msg }) => msg)).toEqual([expect.stringContaining('mount its directory instead')])
    expect(source.check()).toMatchObject({ ok: true, detail: expect.stringContaining('mount its directory') as string })
  },
)
