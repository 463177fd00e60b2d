import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

export async function up(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('event')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('chat_id', 'bigint', (column) => column.notNull())
    .addColumn('occurred_at', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .modifyEnd(sql`without rowid`)
    .execute()
  await db.schema.createIndex('event_by_age').on('event').column('received_at').execute()

  await db.schema
    .createTable('chat')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('department_id', 'bigint')
    .addColumn('assignee_id', 'bigint')
    .addColumn('snoozed_until', 'bigint')
    .addColumn('taken_off_at', 'bigint')
    .addColumn('snapshot_at', 'bigint')
    .addColumn('last_customer_message_at', 'bigint')
    .addColumn('last_agent_message_at', 'bigint')
    .addColumn('first_seen_at', 'bigint')
    .addColumn('customer_id', 'bigint')
    .addColumn('channel', 'text', (column) => column.notNull().defaultTo('chat'))
    .addColumn('labels', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('missed_by', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('is_ours', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('answer_due_at', 'bigint')
    .addColumn('hand_over_at', 'bigint')
    .addColumn('active_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('held_load', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('held_by', 'bigint')
    .addColumn('reserved_for', 'bigint')
    .addColumn('heard_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('chat_by_age').on('chat').column('updated_at').execute()
  await db.schema
    .createIndex('chat_by_snooze')
    .on('chat')
    .column('snoozed_until')
    .where('snoozed_until', 'is not', null)
    .execute()

  await sql`create index chat_by_activity on chat (active_at) where held_load > 0`.execute(db)
  await sql`create index chat_by_hand_over on chat (hand_over_at) where hand_over_at is not null`.execute(db)
  await sql`create index chat_handed_over on chat (assignee_id) where hand_over_at is not null`.execute(db)
  await sql`create index chat_by_answer on chat (answer_due_at) where answer_due_at is not null`.execute(db)

  await db.schema
    .createTable('assignment')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('chat_id', 'bigint', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('pool', 'text', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('rank_at', 'bigint', (column) => column.notNull())
    .addColumn('not_before', 'bigint', (column) => column.notNull())
    .addColumn('agent_id', 'bigint')
    .addColumn('summary', 'text')
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('refusals', 'integer', (column) => column.notNull())
    .addColumn('settled_at', 'bigint')
    .addColumn('history', 'text')
    .execute()
  await sql`create unique index assignment_open on assignment (chat_id) where settled_at is null`.execute(db)
  await sql`create index assignment_waiting on assignment (pool, rank_at, id) where state = 'waiting'`.execute(db)
  await sql`create index assignment_decided on assignment (rank_at, id) where state = 'decided'`.execute(db)
  await sql`create index assignment_due on assignment (not_before) where settled_at is null and not_before > 0`.execute(
    db,
  )
  await sql`create index assignment_by_chat on assignment (chat_id)`.execute(db)
  await sql`create index assignment_by_age on assignment (settled_at) where settled_at is not null`.execute(db)

  await sql`create index assignment_dead_letters on assignment (id) where state in ('dead', 'refused')`.execute(db)

  await db.schema
    .createTable('agent')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('is_listed', 'integer', (column) => column.notNull())
    .addColumn('paused_until', 'bigint')
    .addColumn('is_set_aside', 'integer', (column) => column.notNull())
    .addColumn('load', 'integer', (column) => column.notNull())
    .addColumn('turn', 'bigint', (column) => column.notNull())
    .addColumn('credit', 'real', (column) => column.notNull().defaultTo(0))
    .addColumn('recent_at', 'text', (column) => column.notNull().defaultTo('[]'))
    .addColumn('missed_in_row', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('last_active_at', 'bigint')
    .addColumn('seen_at', 'bigint')
    .execute()
  await db.schema
    .createTable('decision')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('chat_id', 'bigint', (column) => column.notNull())
    .addColumn('assignment_id', 'bigint', (column) => column.notNull())
    .addColumn('decided_at', 'bigint', (column) => column.notNull())
    .addColumn('agent_id', 'bigint')
    .addColumn('data', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('decision_by_chat').on('decision').column('chat_id').execute()
  await db.schema.createIndex('decision_by_age').on('decision').column('decided_at').execute()

  await db.schema
    .createTable('customer_agent')
    .addColumn('customer_id', 'integer', (column) => column.primaryKey())
    .addColumn('agent_id', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('customer_agent_by_age').on('customer_agent').column('at').execute()
  await db.schema
    .createTable('department')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('department_member')
    .addColumn('department_id', 'bigint', (column) => column.notNull())
    .addColumn('agent_id', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('department_member_key', ['department_id', 'agent_id'])
    .execute()

  await db.schema
    .createTable('request')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('sent_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('request_by_age').on('request').column('sent_at').execute()

  await db.schema
    .createTable('learned_burst')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('burst', 'integer', (column) => column.notNull())
    .addColumn('learned_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('reconciliation')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('searched_until', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('lane_hold')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('held_until', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('open_count')
    .addColumn('state', 'text', (column) => column.primaryKey())
    .addColumn('n', 'integer', (column) => column.notNull())
    .execute()
  await db
    .insertInto('open_count')
    .values([
      { state: 'waiting', n: 0 },
      { state: 'decided', n: 0 },
    ])
    .execute()
}
