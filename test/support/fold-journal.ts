import { expect } from 'vitest'
import { foldJournal } from '../../src/core/fold.ts'
import type { JournalEntry } from '../../src/core/journal.ts'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import { readPolicyText } from '../../src/routing/policy.ts'
import { route } from '../../src/routing/route.ts'
import { COMMITTED, type Value } from '../../src/store/commit/batch.ts'
import { toAgentRow, toAssignmentRow, toChatRow, toDecisionRow } from '../../src/store/account/write-rows.ts'
import type { Assignment } from '../../src/core/records.ts'
import type { AccountId, Agent, AssignmentId } from '../../src/domain.ts'

/** Runs a query on the database whose journal is folded. */
export type Query = (text: string) => Promise<Record<string, Value>[]>

/** Columns that come from the clock of a write, not from the journal. */
const NOT_FOLDED = new Set(['updated_at'])

/** Applies an account's journal from its beginning, and expects exactly the rows of its tables. */
export async function expectFolds(query: Query, accountId: AccountId): Promise<void> {
  const ofAccount = `where account_id = ${accountId}`
  const entries = (await query(
    `select at, kind, data from journal ${ofAccount} order by seq`,
  )) as unknown as JournalEntry[]
  const agents = await query(`select * from agent ${ofAccount} order by id`)
  const policies = new Map(
    (await query(`select * from policy ${ofAccount}`)).map((row) => [row.version, String(row.text)]),
  )
  const names = new Map(agents.map((row) => [row.id, String(row.name)]))
  const { state, applied } = foldJournal(
    entries,
    (version) => {
      const policy = readPolicyText(policies.get(version) ?? '')
      return { policy: chatPolicyOf(policy), route: (situation) => route(policy, situation) }
    },
    (id) => names.get(id) ?? `agent ${id}`,
  )
  const assignments = new Map<AssignmentId, Assignment>()
  for (const assignment of applied.flatMap((each) => each.assignments)) assignments.set(assignment.id, assignment)
  const decisions = applied.flatMap((each) => each.decisions)
  const byId = (a: { id: number }, b: { id: number }): number => a.id - b.id
  const agentsOf = (a: { agent: Agent }, b: { agent: Agent }): number => byId(a.agent, b.agent)

  expect(
    rows(
      'agent',
      [...state.agents.values()].toSorted(agentsOf).map((each) => toAgentRow(accountId, each)),
    ),
  ).toEqual(pick('agent', agents))
  const chats = [...state.chats.values()].toSorted((a, b) => a.chat.id - b.chat.id)
  expect(
    rows(
      'chat',
      chats.map((each) => toChatRow(accountId, each, 0)),
    ),
  ).toEqual(pick('chat', await query(`select * from chat ${ofAccount} order by id`)))
  const ordered = [...assignments.values()].toSorted(byId)
  expect(
    rows(
      'assignment',
      ordered.map((each) => toAssignmentRow(accountId, each)),
    ),
  ).toEqual(pick('assignment', await query(`select * from assignment ${ofAccount} order by id`)))
  const told = decisions.map(({ assignmentId, decision }) => toDecisionRow(accountId, assignmentId, decision))
  expect(rows('decision', told)).toEqual(
    pick('decision', await query(`select * from decision ${ofAccount} order by id`)),
  )
}

type Table = 'agent' | 'chat' | 'assignment' | 'decision'

function rows(table: Table, values: readonly (readonly Value[])[]): object[] {
  const { columns } = COMMITTED[table]
  return values.map((row) =>
    withoutTimes(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]))),
  )
}

function pick(table: Table, found: readonly Record<string, Value>[]): object[] {
  return found.map((row) =>
    withoutTimes(Object.fromEntries(COMMITTED[table].columns.map((column) => [column, row[column] ?? null]))),
  )
}

function withoutTimes(row: Record<string, Value>): object {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !NOT_FOLDED.has(column)))
}
