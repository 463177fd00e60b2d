import { expect, test } from 'vitest'
import { expectAllDone, keepComing, openWatched, query } from '../faults/watched.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

/** What a newer version that adds something would do to the schema: each table gets a column, in one transaction. */
const NEWER_SCHEMA = `
  do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
      execute format('alter table %I add column later text not null default %L', name, 'x');
    end loop;
    insert into kysely_migration values ('998-later', '2030-01-01');
  end $$`

test('a newer schema under copies at work, and then one copy replaced after the other: every webhook is acknowledged at the first time, and every chat assigned once', async () => {
  const watched = await openWatched(await createDatabase())
  const { world } = watched
  const old = [await world.start(), await world.start()]
  await world.ready()
  const stop = keepComing(world)
  const moreAssigned = async () => {
    const before = world.assigned().length
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + 30))
  }
  await moreAssigned()
  // It may be the one to give way in a deadlock with a decision; nothing is left of it then, and a copy is started again.
  await eventually(() => query(world.databaseUrl, NEWER_SCHEMA))
  await moreAssigned()
  for (const copy of old) {
    const next = await world.start()
    expect(next.log.some(({ msg }) => /migrated by a newer version .*\(998-later\); this one goes on/.test(msg))).toBe(
      true,
    )
    copy.isInRotation = false
    copy.signal('SIGTERM')
    expect(await copy.ended()).toBe(0)
    await moreAssigned()
  }
  stop()
  await expectAllDone(watched)
  expect([...world.sender.answers.keys()]).toEqual(['accepted'])
})
