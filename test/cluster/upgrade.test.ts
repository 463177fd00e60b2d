import { expect, onTestFinished, test } from 'vitest'
import { openCopies } from '../support/copies.ts'
import { connect } from '../support/postgres.ts'
import { createRecord, expectNothingBroken } from '../faults/oracle.ts'
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
  const record = createRecord()
  const world = await openCopies({ onMade: record.made, onAcknowledged: record.acknowledged })
  const old = [await world.start(), await world.start()]
  await world.ready()
  const timer = setInterval(() => void world.account.openChat(null), 50)
  onTestFinished(() => clearInterval(timer))
  const moreAssigned = async (count: number) => {
    const before = world.assigned().length
    await eventually(() => expect(world.assigned().length).toBeGreaterThan(before + count))
  }
  await moreAssigned(30)
  await (await connect(world.databaseUrl)).query(NEWER_SCHEMA)
  await moreAssigned(30)
  for (const copy of old) {
    const next = await world.start()
    expect(next.log.some(({ msg }) => /migrated by a newer version .*\(998-later\); this one goes on/.test(msg))).toBe(
      true,
    )
    copy.isInRotation = false
    copy.signal('SIGTERM')
    expect(await copy.ended()).toBe(0)
    await moreAssigned(30)
  }
  clearInterval(timer)
  await world.sender.settled()
  await eventually(() => expect(record.unassigned(world)).toEqual([]))
  expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: Infinity })
  expect([...world.sender.answers.keys()].toSorted()).toEqual(['accepted'])
})
