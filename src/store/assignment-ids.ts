import { sql } from 'kysely'
import type { AssignmentId } from '../domain.ts'
import { StoreUnavailable } from './contract.ts'
import type { Engine } from './engines/engine.ts'
import type { Database } from './schema.ts'

/** More than one task opens, even for a page of a search or a full drain of the inbox. */
const ENOUGH = 600
const BLOCK = 2000

/**
 * Numbers for assignments: unique in the database, and increasing, so that the older of two equal ranks comes first.
 */
export interface AssignmentIds {
  /** Reserves enough numbers for one task. */
  reserve(): Promise<void>
  next(): AssignmentId
}

/**
 * On a shared database each instance takes blocks of the sequence; otherwise this process counts on from the last
 * number.
 */
export function createAssignmentIds(
  engine: Engine,
  db: Database,
  answer: <T>(work: () => Promise<T>) => Promise<T>,
): AssignmentIds {
  let free: number[] = []
  let last: number | null = null
  let reserving: Promise<void> | null = null

  async function readLast(): Promise<void> {
    const row = await db
      .selectFrom('assignment')
      .select(({ fn }) => fn.max('id').as('id'))
      .executeTakeFirst()
    last = row?.id ?? 0
  }

  async function takeBlock(): Promise<void> {
    const { rows } = await sql<{ id: number }>`
      select nextval(pg_get_serial_sequence('assignment', 'id')) as id from generate_series(1, ${sql.lit(BLOCK)})
    `.execute(db)
    free = [...free, ...rows.map(({ id }) => id)]
  }

  return {
    async reserve() {
      if (engine.isShared ? free.length >= ENOUGH : last !== null) return
      reserving ??= answer(engine.isShared ? takeBlock : readLast).finally(() => (reserving = null))
      await reserving
    },
    next() {
      if (!engine.isShared) return (last = (last ?? 0) + 1) as AssignmentId
      const id = free.shift()
      if (id === undefined)
        throw new StoreUnavailable('no numbers for assignments are left; the next task reserves more')
      return id as AssignmentId
    },
  }
}
