import { openTestAccount } from '../support/store.ts'
import { stat, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { openStores } from '../../src/store/stores.ts'
import { snapshotEvent } from '../support/events.ts'
import { clock, fileUrl, makeSource, move, T, told } from '../support/moving.ts'
import { connect, createDatabase } from '../support/postgres.ts'
import { openTestStore } from '../support/store.ts'

describe('nothing is moved', () => {
  test('from a file that is missing, of another program, damaged, or made by another version', async () => {
    const to = await createDatabase()
    const missing = await fileUrl()
    await expect(move(missing, to)).rejects.toThrow(/^--from: there is no database at .*test\.db$/)
    await expect(stat(missing.slice(5))).rejects.toThrow('ENOENT')
    const other = await fileUrl()
    const stranger = new DatabaseSync(other.slice(5))
    stranger.exec('create table note (body text)')
    stranger.close()
    await expect(move(other, to)).rejects.toThrow(/^--from: .*test\.db is not a database of this service$/)
    await expect(stat(`${other.slice(5)}.lock`)).rejects.toThrow('ENOENT')
    const garbage = await fileUrl()
    await writeFile(garbage.slice(5), 'no database '.repeat(100))
    await expect(move(garbage, to)).rejects.toThrow(
      /^--from: cannot open .*: file is not a database; put the file aside/,
    )
    const { url, path } = await makeSource()
    const source = new DatabaseSync(path)
    source.exec(`insert into kysely_migration values ('999-later', '')`)
    await expect(move(url, to)).rejects.toThrow(/^--from: .* by a newer version of this service \(999-later\); /)
    source.exec('delete from kysely_migration')
    await expect(move(url, to)).rejects.toThrow(/^--from: .* by an older version of this service; start this version /)
    source.close()
  })

  test('from or to anything else than a file and PostgreSQL, and the error has no password', async () => {
    const { url } = await makeSource()
    await expect(move('./x.db', await createDatabase())).rejects.toThrow(/^--from should be file: and /)
    for (const to of ['file:x.db', 'mysql://u:secret@host/db', 'postgres://u:secret%@ho st/db'])
      await expect(move(url, to)).rejects.toThrow(
        /^--to should be postgres:\/\/ and the address of a PostgreSQL database$/,
      )
    const wrong = new URL(await createDatabase())
    wrong.password = 'secret'
    await expect(move(url, wrong.href)).rejects.toThrow(/^--to: cannot work with PostgreSQL: (?!.*secret)/)
  })

  test('while a service has the file open, or an instance runs on the target', async () => {
    const { url } = await makeSource()
    const to = await createDatabase()
    const service = await openStores(url, clock)
    await expect(move(url, to)).rejects.toThrow(/^--from: a service has .* open; stop it, /)
    await service.close()
    await using instance = await openStores(to, clock)
    await instance.leases.join(10_000)
    await expect(move(url, to)).rejects.toThrow(/^--to: an instance of this service runs on this database; stop it, /)
    await instance.leases.leave()
    await move(url, to)
  })

  test('over what a service has done or acknowledged in PostgreSQL', async () => {
    const { url } = await makeSource()
    const refusal =
      /^account "default" was not moved: the service has worked for it in PostgreSQL since, .*docs\/database\.md/
    const decided = await createDatabase()
    await move(url, decided)
    const { stores } = await openTestStore(decided, clock)
    await stores.leases.leave()
    await stores.close()
    const before = await told(decided)
    await expect(move(url, decided)).rejects.toThrow(refusal)
    expect(await told(decided)).toEqual(before)
    // As docs/database.md says for giving up what PostgreSQL has.
    const client = await connect(decided)
    await client.query(`update account set fence = 0, holder = null where name = 'default'`)
    await move(url, decided)

    const received = await createDatabase()
    const receiving = await openStores(received, clock)
    await (await openTestAccount(receiving, 'default')).receive(snapshotEvent('chat.new', 1, T))
    await receiving.close()
    await expect(move(url, received)).rejects.toThrow(refusal)
    // Another account has room beside it.
    await move(url, received, 'acme')
  })

  test('beside another move', async () => {
    const { url } = await makeSource()
    const to = await createDatabase()
    await move(url, to)
    const client = await connect(to)
    await client.query('begin; lock table copy in share row exclusive mode')
    await expect(move(url, to)).rejects.toThrow(
      /^account "default" was not moved: another program is at work in this database/,
    )
    await client.query('rollback')
    await move(url, to)
  })
})
