import { copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { describeLoss, watchFileIdentity, type FileLoss } from '../../src/store/engines/file-identity.ts'
import { createManualClock } from '../support/manual-clock.ts'

let directory: string
let path: string
let told: (FileLoss | null)[]
const clock = createManualClock()
let stop: () => void

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'autoassign-identity-'))
  path = join(directory, 'data', 'autoassign.db')
  await mkdir(join(directory, 'data'))
  await writeFile(path, 'pages')
  told = []
  stop = watchFileIdentity(path, clock, (loss) => told.push(loss))
  onTestFinished(async () => {
    stop()
    await rm(directory, { recursive: true, force: true })
  })
})

test('a file that is written to, or renewed in place, is the same', async () => {
  await writeFile(path, 'other pages')
  clock.advance(10_000)
  expect(told).toEqual([])
})

test('a removed file is reported within a second, and once', async () => {
  await rm(path)
  clock.advance(999)
  expect(told).toEqual([])
  clock.advance(1)
  expect(told).toEqual([{ kind: 'removed' }])
  clock.advance(60_000)
  expect(told).toHaveLength(1)
})

test('a moved file is reported as removed, until it is back', async () => {
  await rename(path, `${path}.away`)
  clock.advance(1000)
  await rename(`${path}.away`, path)
  clock.advance(1000)
  expect(told).toEqual([{ kind: 'removed' }, null])
})

test('a file in a moved directory is reported as removed', async () => {
  await rename(join(directory, 'data'), join(directory, 'away'))
  clock.advance(1000)
  expect(told).toEqual([{ kind: 'removed' }])
})

test('another file in its place is reported, also with the same bytes', async () => {
  await copyFile(path, `${path}.copy`)
  await rename(`${path}.copy`, path)
  clock.advance(1000)
  expect(told).toEqual([{ kind: 'replaced' }])
})

test('a removal and then another file in its place are both reported', async () => {
  await rename(path, `${path}.away`)
  clock.advance(1000)
  await writeFile(path, 'new')
  clock.advance(1000)
  expect(told).toEqual([{ kind: 'removed' }, { kind: 'replaced' }])
})

test('a file with the same inode on another device is another file', () => {
  let dev = 1n
  const seen: (FileLoss | null)[] = []
  const end = watchFileIdentity(
    path,
    clock,
    (loss) => seen.push(loss),
    () => ({ dev, ino: 7n }),
  )
  dev = 2n
  clock.advance(1000)
  end()
  expect(seen).toEqual([{ kind: 'replaced' }])
})

test('a disk that does not answer is no removal', () => {
  let isBroken = false
  const look = () => {
    if (isBroken) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
    return { dev: 1n, ino: 7n }
  }
  const seen: (FileLoss | null)[] = []
  const end = watchFileIdentity(path, clock, (loss) => seen.push(loss), look)
  isBroken = true
  clock.advance(1000)
  isBroken = false
  clock.advance(1000)
  end()
  expect(seen).toEqual([{ kind: 'unreadable', code: 'EIO' }, null])
})

test('after its end nothing is reported, and no timer is left', async () => {
  const timers = clock.timers
  stop()
  expect(clock.timers).toBe(timers - 1)
  await rm(path)
  clock.advance(5000)
  expect(told).toEqual([])
})

test.for([{ kind: 'removed' }, { kind: 'replaced' }, { kind: 'unreadable', code: 'EIO' }] as const)(
  '$kind is described by a sentence with the path and what to do',
  (loss) => {
    expect(describeLoss('/data/a.db', loss)).toMatch(/^the database \/data\/a\.db .+; nothing more is taken in/)
  },
)
