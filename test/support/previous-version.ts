import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import type { ChatHistory } from '../../src/core/records.ts'
import type { Agent, ChatEvent, Department, LearnedBurst } from '../../src/domain.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import type { DeadLetter } from '../../src/store/contract.ts'
import { createDatabase } from './postgres.ts'

/**
 * A morning's work in databases that the previous version's own store wrote (commit 3ae7c90, the last one before the
 * account's state moved into memory), what that version read from them at the end, and the statements with which it
 * went on. Chats 1 to 10 are over, or nearly: closed, answered, to be answered, taken by a person, dead letter,
 * refused, gone, snoozed, resting, replayed. 11 was decided, and its retry is due ten minutes later; 12 was decided,
 * and no answer came. 13 to 18 wait, each in a pool of its own. Then a tool paused agent 4; on PostgreSQL another
 * instance received three webhooks.
 */
const FIXTURES = 'test/fixtures'

export const ENGINES = ['SQLite', 'PostgreSQL'] as const
export type EngineName = (typeof ENGINES)[number]

/** The routing file under which it was written. */
export const FILE: RoutingFile = {
  rules: 'available,capacity,load,round-robin',
  labels: { vip: { tags: ['vip'] } },
  priorities: { vip: 15 },
  shifts: { day: { zone: 'Europe/Kyiv', hours: [{ days: ['mon', 'tue', 'wed'], from: '09:00', to: '18:00' }] } },
  agents: { 1: { shift: 'day' }, 2: { shift: 'day' }, 3: { shift: 'day' }, 4: { shift: 'day' } },
  noAnswer: { minutes: 30 },
  handOver: { atShiftEnd: true },
}

interface Written {
  readonly at: number
  readonly counts: { readonly waiting: number; readonly decided: number }
  readonly agents: readonly Agent[]
  readonly departments: readonly Department[]
  readonly deadLetters: readonly DeadLetter[]
  readonly histories: readonly ChatHistory[]
  readonly requests: readonly number[]
  readonly learned: LearnedBurst
  readonly heldUntil: number
  readonly searchedUntil: number
  /** On PostgreSQL: what another instance received, and none has applied. */
  readonly left: readonly ChatEvent[]
}

/** What that version read at the end, under today's names. */
export const WRITTEN = JSON.parse(
  readFileSync(join(FIXTURES, 'previous-version.json'), 'utf8')
    .replaceAll('"takenOffAt"', '"restingSince"')
    .replaceAll('"isOurs"', '"assignedByUs"')
    .replaceAll('"missedInRow":0', '"missedInRow":0,"allowance":null'),
) as Written

type Act = 'receive' | 'receiveAgain' | 'pause' | 'renew' | 'turn' | 'settle' | 'take' | 'leave'

const STATEMENTS = JSON.parse(readFileSync(join(FIXTURES, 'previous-version-statements.json'), 'utf8')) as Readonly<
  Record<Act, readonly { readonly text: string; readonly values: readonly unknown[] }[]>
>

/** A database as that version left it, removed with the test. @returns its URL */
export async function layPrevious(engine: EngineName): Promise<string> {
  if (engine === 'PostgreSQL') {
    const url = await createDatabase()
    await query(url, await readFile(join(FIXTURES, 'previous-version.sql'), 'utf8'))
    return url
  }
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-previous-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'previous.db')
  await copyFile(join(FIXTURES, 'previous-version.db'), path)
  return `file:${path}`
}

/** Runs that version's own statements for a task, one by one. @returns the rows of the last one before `commit` */
export async function actAsPrevious(url: string, act: Act): Promise<unknown[]> {
  let rows: unknown[] = []
  const client = new Client(url)
  await client.connect()
  try {
    for (const { text, values } of STATEMENTS[act]) {
      const result = await client.query(text, [...values])
      if (result.command !== 'COMMIT') ({ rows } = result)
    }
  } finally {
    await client.end()
  }
  return rows
}

/** Runs SQL on either database, beside the store that has it open. */
export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  if (url.startsWith('file:')) {
    const database = new DatabaseSync(url.slice('file:'.length))
    try {
      return database.prepare(text).all()
    } finally {
      database.close()
    }
  }
  const client = new Client(url)
  await client.connect()
  try {
    return ((await client.query(text)).rows ?? []) as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}
