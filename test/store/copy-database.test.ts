import { openTestAccount } from '../support/store.ts'
import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { COPIED_TABLES } from '../../src/store/copy-to-postgres/copied-tables.ts'
import { openStores } from '../../src/store/stores.ts'
import { snapshotEvent } from '../support/events.ts'
import { clock, lookAt, makeSource, move, T, takeAll, told, work } from '../support/moving.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'

/** Numbers of assignments are a database's own, and no two webhooks have one id. */
function withoutNumbers(picture: unknown): unknown {
  const isNumber = (key: string, value: unknown) => key === 'eventId' || (key === 'id' && typeof value === 'number')
  return JSON.parse(JSON.stringify(picture, (key, value: unknown) => (isNumber(key, value) ? 0 : value)))
}

/** Takes the next steps, a moment later. */
async function goOn(url: string) {
  const { store, stores } = await openTestStore(url, clock)
  const turns = await takeAll(store, T + 6000)
  await stores.close()
  return turns
}

describe('a move', () => {
  test('gives a store on PostgreSQL that reads the same and goes on in the same way', async () => {
    const source = await makeSource()
    const to = await createDatabase()
    const before = await readFile(source.path)
    const lines = await move(source.url, to)
    expect(await readFile(source.path)).toEqual(before)
    expect(lines).toContain('default: event  14 rows, 0.0 s')
    expect(lines.at(-1)).toBe('default: moved, all rows were counted')
    expect(await told(to)).toEqual(source.told)
    const turns = await goOn(source.url)
    expect(turns.length).toBeGreaterThan(5)
    expect(await goOn(to)).toEqual(turns)
  })

  test('takes every row of every table, and updates the planner’s statistics', async () => {
    const source = await makeSource()
    const to = await createDatabase()
    await move(source.url, to)
    const embedded = new DatabaseSync(source.path)
    const client = await connect(to)
    const tables = embedded.prepare(`select name from sqlite_schema where type = 'table' and name not like 'kysely%'`)
    const names = tables.all().map(({ name }) => String(name))
    expect(names.toSorted()).toEqual([...COPIED_TABLES.map(([name]) => name), 'account', 'copy', 'journal'].toSorted())
    const columns = (name: string) =>
      embedded
        .prepare(`pragma table_info(${name})`)
        .all()
        .map((column) => column.name)
    // The client turns PostgreSQL's numbers into texts.
    const show = (rows: unknown) => JSON.stringify(rows).replaceAll(/"(-?\d+)"/g, '$1')
    const empty: string[] = []
    // The journal names assignments by their ids, which change: it begins anew.
    for (const name of names.filter((each) => each !== 'journal')) {
      const rows = embedded.prepare(`select * from ${name} order by 1, 2`).all()
      if (rows.length === 0) empty.push(name)
      const arrived = await client.query(`select ${columns(name).join(', ')} from ${name} order by 1, 2`)
      expect({ name, rows: show(arrived.rows) }).toEqual({ name, rows: show(rows) })
    }
    expect(empty).toEqual(['copy'])
    embedded.close()
    const { rows } = await client.query(`select reltuples from pg_class where relname = 'chat'`)
    expect(rows).toEqual([{ reltuples: 13 }])
  })

  test('may be repeated after the service went on with the file', async () => {
    const source = await makeSource()
    const to = await createDatabase()
    await move(source.url, to)
    const { store, stores } = await openTestStore(source.url, clock)
    await takeAll(store, T + 6000)
    await store.receive(snapshotEvent('chat.new', 16, T + 1))
    const later = await lookAt(store)
    await stores.close()
    await move(source.url, to)
    await move(source.url, to)
    expect(await told(to)).toEqual(later)
  })

  test('may give the only account another name, so that a second file has room beside it', async () => {
    const [one, two] = [await makeSource(), await makeSource()]
    const to = await createDatabase()
    await move(one.url, to, 'acme')
    await move(two.url, to, 'globex')
    await move(one.url, to, 'acme')
    expect(await told(to)).toBeNull()
    for (const name of ['acme', 'globex'])
      expect(withoutNumbers(await told(to, name))).toEqual(withoutNumbers(one.told))
    const client = await connect(to)
    const astray = `select 1 from decision left join assignment on assignment.id = assignment_id
      and assignment.account_id = decision.account_id and assignment.chat_id = decision.chat_id where assignment.id is null`
    expect((await client.query(astray)).rows).toEqual([])
    // New ids collide with none that exist.
    const { store, stores } = await openTestStore(to, clock)
    for (const id of [1, 2, 3]) await store.receive(snapshotEvent('chat.new', id, T))
    expect(await takeAll(store)).toMatchObject([{ chatId: 1 }, { chatId: 2 }, { chatId: 3 }])
    await stores.close()
  })

  test('takes all accounts of a file, under their own names', async () => {
    const source = await makeSource()
    const stores = await openStores(source.url, clock)
    await work(await openTestAccount(stores, 'acme'))
    await stores.close()
    const to = await createDatabase()
    await expect(move(source.url, to, 'globex')).rejects.toThrow(/^--account names the only account .*: acme, default$/)
    await move(source.url, to)
    expect(withoutNumbers(await told(to, 'acme'))).toEqual(withoutNumbers(source.told))
    expect(withoutNumbers(await told(to))).toEqual(withoutNumbers(source.told))
  })

  test('leaves out characters that PostgreSQL refuses, and the fractions of times', async () => {
    const source = await makeSource()
    const embedded = new DatabaseSync(source.path)
    embedded.exec(
      `update agent set name = 'A' || char(0) || 'nn' where id = 1; update chat set answer_due_at = 1.6 where id = 1`,
    )
    embedded.close()
    const to = await createDatabase()
    await move(source.url, to)
    const arrived = await told(to)
    expect(arrived?.agents[0]?.name).toBe('Ann')
    expect(arrived?.chats[0]?.chat.answerDueAt).toBe(2)
  })

  test('that fails in the middle leaves nothing, and can be run again', async () => {
    const source = await makeSource()
    const to = await createDatabase()
    await move(source.url, to)
    const client = await connect(to)
    await client.query(
      'truncate account, event, chat, assignment, decision, agent, department, department_member, inbox, request, customer_agent, customer, policy, operator_act, policy_version',
    )
    await client.query(`alter table decision add constraint no_room check (chat_id <> 6)`)
    await expect(move(source.url, to)).rejects.toThrow(
      /^account "default" was not moved: new row .* violates check constraint "no_room"$/,
    )
    const left = COPIED_TABLES.map(([table]) => `select '${table}' as left_in from ${table}`).join(' union all ')
    expect((await client.query(left)).rows).toEqual([])
    expect(await told(to)).toBeNull()
    await client.query('alter table decision drop constraint no_room')
    await move(source.url, to)
    expect(await told(to)).toEqual(source.told)
  })

  test('is rolled back as a whole where a row does not arrive', async () => {
    const source = await makeSource()
    const to = await createDatabase()
    await (await openStores(to, clock)).close()
    const client = await connect(to)
    await client.query(`create function swallow() returns trigger language plpgsql as 'begin return null; end';
      create trigger swallow before insert on chat for each row when (new.id = 7) execute function swallow()`)
    await expect(move(source.url, to)).rejects.toThrow(
      /^account "default" .*: of 13 rows in the table chat, 12 arrived$/,
    )
    expect(await told(to)).toBeNull()
  })
})
