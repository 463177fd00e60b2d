import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '../src/clock.ts'
import { PLAIN } from '../src/core/plain-policy.ts'
import { openStores } from '../src/store/stores.ts'

export const SEEDED_DEPARTMENT = 10
/** Far above the ids of chats that an account opens during a measurement. */
export const FIRST_SEEDED_CHAT = 1_000_000_000

/**
 * Makes a database with agents 1 to `agents`, all in one department, who share `assigned` open chats evenly; after those,
 * by id, come `waiting` chats with an open assignment each, the oldest first. Written in SQL: through the store a million
 * would take minutes.
 */
export async function seedDatabase(
  path: string,
  { agents, assigned, waiting }: { agents: number; assigned: number; waiting: number },
): Promise<void> {
  const stores = await openStores(`file:${path}`, systemClock)
  await stores.open('default', () => PLAIN)
  await stores.close()
  const database = new DatabaseSync(path)
  database.exec('pragma synchronous = off; begin')
  const values = {
    agents,
    assigned,
    chats: assigned + waiting,
    first: FIRST_SEEDED_CHAT,
    department: SEEDED_DEPARTMENT,
    now: Date.now(),
  }
  for (const text of STATEMENTS) {
    const statement = database.prepare(text)
    statement.setAllowUnknownNamedParameters(true)
    statement.run(values)
  }
  database.exec('commit; pragma wal_checkpoint(truncate)')
  database.close()
}

const STATEMENTS = [
  `insert into department (account_id, id, name) values (1, :department, 'Everybody')`,
  `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < :agents)
   insert into agent (account_id, id, name, is_listed, is_set_aside, load, turn, seen_at)
   select 1, n + 1, 'Agent ' || (n + 1), 1, 0, 0, n + 1, :now from numbers`,
  `insert into department_member (account_id, department_id, agent_id) select 1, :department, id from agent`,
  // Seen a minute ago: what a measurement sends is newer, and nothing is so old that it would be asked for again.
  `with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n + 1 < :chats),
     chats(n, holder) as (select n, iif(n < :assigned, n % :agents + 1, null) from numbers where :chats > 0)
   insert into chat (account_id, id, status, department_id, assignee_id, held_by, held_load, active_at, snapshot_at, heard_at, updated_at)
   select 1, :first + n, iif(holder is null, 'new', 'opened'), :department, holder, holder, iif(holder is null, 0, 100),
     :now - 60000, :now - 60000, :now, :now
   from chats`,
  `update agent set load = held.chats * 100
   from (select held_by, count(*) as chats from chat group by held_by) as held where held.held_by = agent.id`,
  `insert into assignment (account_id, chat_id, event_id, state, pool, opened_at, rank_at, not_before, failures, refusals)
   select 1, id, 'seed-' || id, 'waiting', 'department ' || department_id, :now - :chats + id - :first, :now - :chats + id - :first, 0, 0, 0
   from chat where assignee_id is null order by id`,
  `update account set waiting = (select count(*) from assignment where state = 'waiting')`,
]
