import { expect, test } from 'vitest'
import { expectAllDone, keepComing, openWatched, query } from '../faults/watched.ts'
import { createDatabase } from '../support/postgres.ts'
import { eventually } from '../support/world.ts'

/**
 * What a newer version would do to the schema: each table gets a column, in one transaction. It gives way where it
 * would have to wait, so that no webhook waits behind it for longer, even on a slow machine.
 */
const NEWER_SCHEMA = `
  do $$ declare name text; begin
    set local lock_timeout = '500ms';
    for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
      execute format('alter table %I add column later text not null default %L', name, 'x');
    end loop;
    insert into kysely_migration values ('998-later', '2030-01-01');
  end $$`

/** Two instances start one after the other, and each works before it is replaced: minutes on a busy machine. */
const SLOWEST_MS = 180_000
/** So seldom that a busy machine keeps up. */
const EVERY_MS = 150

test(
  'a schema that is upgraded under working instances, and then each instance replaced, costs no webhook and no chat',
  { timeout: SLOWEST_MS },
  async () => {
    const watched = await openWatched(await createDatabase())
    const { world } = watched
    const old = [await world.start(), await world.start()]
    await world.ready()
    let stop = keepComing(world, EVERY_MS)
    const moreAssigned = async () => {
      const before = world.assigned().length
      await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + 15))
    }
    await moreAssigned()
    // It may have to give way to a decision: then it is rolled back, and begins again.
    await eventually(() => query(world.databaseUrl, NEWER_SCHEMA))
    await moreAssigned()
    for (const instance of old) {
      const next = await world.start()
      expect(
        next.log.some(({ msg }) => /migrated by a newer version .*\(998-later\); this one goes on/.test(msg)),
      ).toBe(true)
      // As a load balancer drains it: requests on their way arrive first, however long that takes.
      instance.isInRotation = false
      stop()
      await world.sender.settled()
      instance.signal('SIGTERM')
      stop = keepComing(world, EVERY_MS)
      expect(await instance.ended()).toBe(0)
      await moreAssigned()
    }
    stop()
    await expectAllDone(watched)
    expect([...world.sender.answers.keys()]).toEqual(['accepted'])
  },
)
