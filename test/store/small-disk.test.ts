import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openFile } from '../../src/store/engines/sqlite-file.ts'
import { canMount, mountSmallDisk } from '../support/small-disk.ts'

const MB = 1024 * 1024

/** Rewrites one row so often that the log would grow to 3 MB. @returns how large it is */
function logAfterMuch(path: string): number {
  const database = openFile(path)
  database.exec('create table note (id integer primary key, text text)')
  const write = database.prepare('insert or replace into note values (1, ?)')
  for (let i = 0; i < 750; i += 1) write.run(`${i}`.padEnd(3000, 'x'))
  const { size } = statSync(`${path}-wal`)
  database.close()
  return size
}

test.runIf(canMount)('on a disk of 6 MB the write-ahead log stays below 1 MB', async () => {
  const path = join(await mountSmallDisk(6), 'autoassign.db')
  expect(logAfterMuch(path)).toBeLessThan(MB)
})

test('on a large one it grows, so that checkpoints are rare', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-log-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'autoassign.db')
  expect(logAfterMuch(path)).toBeGreaterThan(2 * MB)
})
