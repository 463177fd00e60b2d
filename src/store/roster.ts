import type { Roster } from '../domain.ts'
import { touchAll } from './agent-cache.ts'
import type { Database, Tx } from './schema.ts'

/** Replaces the roster. Agents who are no longer listed stay known, since chats may still be theirs, but get no more. */
export async function saveRoster(tx: Tx, roster: Roster, seenAt: number): Promise<void> {
  touchAll(tx)
  const known = await tx.selectFrom('agent').select(['id', 'turn', 'credit', 'is_listed']).execute()
  const listed = known.filter((agent) => agent.is_listed === 1)
  const newcomersTurn = median(listed.map(({ turn }) => turn))
  const newcomersCredit = mean(listed.map(({ credit }) => credit))
  await tx.updateTable('agent').set({ is_listed: 0 }).execute()
  for (const agent of roster.agents) {
    await tx
      .insertInto('agent')
      .values({
        id: agent.id,
        name: agent.name,
        is_listed: 1,
        paused_until: null,
        is_set_aside: 0,
        load: 0,
        turn: newcomersTurn,
        credit: newcomersCredit,
        recent_at: '[]',
        missed_in_row: 0,
        last_active_at: null,
        seen_at: seenAt,
      })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ name: agent.name, is_listed: 1, is_set_aside: 0, seen_at: seenAt }),
      )
      .execute()
  }
  // Somebody whose chats were seen before they were listed has no place in the rotation yet.
  const unlisted = new Set(known.filter(({ turn, is_listed }) => is_listed === 0 && turn === 0).map(({ id }) => id))
  const returning = roster.agents.filter(({ id }) => unlisted.has(id)).map(({ id }) => id)
  if (returning.length > 0) {
    await tx
      .updateTable('agent')
      .set({ turn: newcomersTurn, credit: newcomersCredit })
      .where('id', 'in', returning)
      .execute()
  }
  await saveDepartments(tx, roster)
}

async function saveDepartments(tx: Tx, roster: Roster): Promise<void> {
  await tx.deleteFrom('department_member').execute()
  await tx.deleteFrom('department').execute()
  for (const { id, name, agentIds } of roster.departments) {
    await tx.insertInto('department').values({ id, name }).execute()
    const members = [...new Set(agentIds)].map((agentId) => ({ department_id: id, agent_id: agentId }))
    if (members.length > 0) await tx.insertInto('department_member').values(members).execute()
  }
}

/** When HelpCrunch last listed anybody. */
export async function rosterSeenAt(db: Database): Promise<number | null> {
  const row = await db
    .selectFrom('agent')
    .select(({ fn }) => fn.max('seen_at').as('seenAt'))
    .executeTakeFirst()
  return row?.seenAt ?? null
}

/** The lower middle, or 0 for nobody. */
function median(turns: readonly number[]): number {
  const sorted = turns.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}
