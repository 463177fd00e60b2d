import { readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { watchIntegrity } from '../../src/store/engines/integrity.ts'
import { createManualClock } from '../support/manual-clock.ts'

const countThreads = () => readdirSync('/proc/self/task').length

/** Blocks the event loop, so that the thread's message is not received yet. */
function letThreadEnd(countBefore: number): void {
  const deadline = Date.now() + 20_000
  while (countThreads() > countBefore) if (Date.now() > deadline) throw new Error('the thread does not end')
}

test.skipIf(process.platform !== 'linux')(
  'a check that fails while the database is being closed does not end the process',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'autoassign-store-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const path = join(directory, 'test.db')
    const closing = new DatabaseSync(path)
    closing.exec('create table anything (here); begin exclusive')
    const uncaught: unknown[] = []
    const note = (error: unknown) => void uncaught.push(error)
    process.on('uncaughtException', note)
    onTestFinished(() => void process.off('uncaughtException', note))
    const clock = createManualClock()
    const stop = watchIntegrity(path, clock, () => expect.unreachable())
    const countBefore = countThreads()
    clock.advance(5000)
    expect(countThreads()).toBeGreaterThan(countBefore)
    letThreadEnd(countBefore)
    stop()
    closing.close()
    await setImmediate()
    await setImmediate()
    expect(uncaught).toEqual([])
  },
)
