import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { seededRandom } from '../../demo/random.ts'
import { snapshotEvent } from '../support/events.ts'
import { openTestStore } from '../support/store.ts'
import { seed } from './seed.ts'

const EVENTS = 40
const CUTS = 150

test(`a database with a cut or damaged write-ahead log opens and holds its first webhooks (SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-wal-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'whole.db')
  const { store, stores } = await openTestStore(`file:${path}`, systemClock)
  for (let id = 1; id <= EVENTS; id += 1) await store.receive(snapshotEvent('chat.new', id, Date.now()))
  const wal = await readFile(`${path}-wal`)
  const seen = new Set<number>()
  for (let cut = 0; cut < CUTS; cut += 1) {
    const copy = join(directory, `cut-${cut}.db`)
    await copyFile(path, copy)
    const torn = Buffer.from(wal.subarray(0, cut % 3 === 0 ? wal.length : Math.floor(random() * wal.length)))
    if (cut % 3 === 0) torn.writeUInt8(torn.readUInt8(torn.length - 1 - cut) ^ 1, torn.length - 1 - cut)
    await writeFile(`${copy}-wal`, torn)
    const again = await openTestStore(`file:${copy}`, systemClock)
    const { waiting } = await again.store.countOpen()
    await again.stores.close()
    const reader = new DatabaseSync(copy, { readOnly: true })
    expect(reader.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    const chats = reader.prepare('select chat_id as id from assignment order by id').all()
    reader.close()
    expect(chats.map(({ id }) => id)).toEqual(Array.from({ length: waiting }, (_, index) => index + 1))
    seen.add(waiting)
  }
  await stores.close()
  expect(seen.size).toBeGreaterThan(10)
})
