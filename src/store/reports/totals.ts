import { sql } from 'kysely'
import type { Scope } from './scope.ts'
import type { AgentTotals, Reports } from './contract.ts'

/** HelpCrunch's message times are whole seconds: an answer may seem older than its assignment by less than that. */
const SECOND_MS = 1000
/** How long after the reported time answers are still looked for. */
const DAY_MS = 86_400_000

interface Row {
  readonly agent_id: number
  readonly name: string | null
  readonly chats: number
  readonly over_target: number
  readonly wait_average: number | null
  readonly wait_median: number | null
  readonly wait_p90: number | null
  readonly answer_average: number | null
  readonly answer_median: number | null
  readonly answer_p90: number | null
}

/**
 * Reads what each agent got from us in a time, how long the customers waited for the agent, and then for the agent's
 * first answer. A percentile is the smallest value that at least this share of the values does not exceed (nearest
 * rank).
 */
export async function readTotals(
  { db, accountId }: Scope,
  { from, to, departmentId, targetMs, isPerAgent }: Parameters<Reports['totals']>[0],
): Promise<readonly AgentTotals[]> {
  const ofDepartment =
    departmentId === undefined
      ? sql``
      : sql`and exists (select 1 from chat where chat.account_id = a.account_id and chat.id = a.chat_id and chat.department_id = ${departmentId})`
  const { rows } = await sql<Row>`
    with given as (
      select a.id, ${isPerAgent ? sql`a.agent_id` : sql`0`} as agent_id, a.chat_id, a.settled_at, a.settled_at - a.opened_at as wait
      from assignment a
      where a.account_id = ${accountId} and a.state = 'assigned' and a.agent_id is not null
        and a.settled_at >= ${from} and a.settled_at < ${to} ${ofDepartment}
    ), message as (
      select chat_id, occurred_at from event
      where account_id = ${accountId} and received_at >= ${from} and received_at < ${to + DAY_MS} and type in ('message.chat.agent', 'message.email.agent')
    ), answered as (
      select given.id, given.agent_id, given.wait, min(message.occurred_at) - given.settled_at as answer
      from given
      left join message on message.chat_id = given.chat_id and message.occurred_at >= given.settled_at - ${SECOND_MS}
      group by given.id, given.agent_id, given.wait, given.settled_at
    ), ranked as (
      select agent_id, wait, case when answer < 0 then 0 else answer end as answer,
        row_number() over (partition by agent_id order by wait) as wait_rank,
        row_number() over (partition by agent_id, answer is null order by answer) as answer_rank,
        count(*) over (partition by agent_id) as n,
        count(answer) over (partition by agent_id) as answers
      from answered
    )
    select ranked.agent_id, max(agent.name) as name, count(*) as chats,
      sum(case when wait > ${targetMs} then 1 else 0 end) as over_target,
      cast(avg(wait) as double precision) as wait_average,
      min(case when wait_rank * 2 >= n then wait end) as wait_median,
      min(case when wait_rank * 10 >= n * 9 then wait end) as wait_p90,
      cast(avg(answer) as double precision) as answer_average,
      min(case when answer is not null and answer_rank * 2 >= answers then answer end) as answer_median,
      min(case when answer is not null and answer_rank * 10 >= answers * 9 then answer end) as answer_p90
    from ranked left join agent on agent.account_id = ${accountId} and agent.id = ranked.agent_id
    group by ranked.agent_id order by ranked.agent_id`.execute(db)
  return rows.map((row) => ({
    agentId: row.agent_id,
    agentName: row.name ?? `agent ${row.agent_id}`,
    chats: row.chats,
    overTarget: row.over_target,
    wait: { average: rounded(row.wait_average), median: row.wait_median, p90: row.wait_p90 },
    firstAnswer: { average: rounded(row.answer_average), median: row.answer_median, p90: row.answer_p90 },
  }))
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value)
}
