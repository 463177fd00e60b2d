import type { FromSchema } from 'json-schema-to-ts'
import type { AgentRow, Range } from '../../store/reports/contract.ts'
import { waits } from '../../store/reports/shapes.ts'
import type { ApiAccount } from './contract.ts'

/** The most agents in a report. */
const MAX_AGENTS = 2000

const agentTotals = {
  type: 'object',
  required: [
    'agentId',
    'agentName',
    'chats',
    'share',
    'fairShare',
    'weight',
    'workingMs',
    'wait',
    'firstAnswer',
    'overTarget',
  ],
  properties: {
    agentId: { type: 'integer' },
    agentName: { type: 'string' },
    chats: { type: 'integer' },
    share: { type: 'number', description: 'of all chats, 0 to 1' },
    fairShare: { type: 'number', description: 'the share by weight and hours on shift, 0 to 1' },
    weight: { type: 'number' },
    workingMs: { type: 'number', description: 'on shift in that time, by the shifts as they are now' },
    wait: waits,
    firstAnswer: waits,
    overTarget: { type: 'integer', description: 'chats that waited longer than the target' },
  },
} as const
export const report = {
  type: 'object',
  required: ['from', 'to', 'targetMs', 'chats', 'overTarget', 'wait', 'firstAnswer', 'fairness', 'agents'],
  properties: {
    from: { type: 'integer' },
    to: { type: 'integer' },
    targetMs: { type: 'number' },
    chats: { type: 'integer' },
    overTarget: { type: 'integer' },
    wait: waits,
    firstAnswer: waits,
    fairness: {
      type: ['number', 'null'],
      description: 'Jain’s index of chats by weight and hours: 1 is perfectly fair',
    },
    agents: { type: 'array', items: agentTotals },
  },
} as const

/** Reports what each agent got in a time, and whether it was fair. */
export async function readReport(
  { reports, rules }: ApiAccount,
  range: Range & { targetMs: number },
): Promise<FromSchema<typeof report>> {
  const { from, to, departmentId, targetMs } = range
  const totals = await reports.totals({ ...range, isPerAgent: true })
  const [all] = await reports.totals({ ...range, isPerAgent: false })
  const { items: listed } = await reports.agents({ limit: MAX_AGENTS, since: to })
  const without = new Set(listed.filter((agent) => !rules.getsChats(agent)).map(({ agentId }) => agentId))
  const isMeant = ({ departments }: AgentRow) =>
    departmentId === undefined || departments.some(({ id }) => id === departmentId)
  const idle = listed
    .filter(
      (agent) =>
        isMeant(agent) && !without.has(agent.agentId) && !totals.some(({ agentId }) => agentId === agent.agentId),
    )
    .map(({ agentId, agentName }) => ({ agentId, agentName, chats: 0, overTarget: 0, wait: NONE, firstAnswer: NONE }))
  const chats = all?.chats ?? 0
  const rows = [...totals, ...idle].map((row) => {
    const [weight, workingMs] = [rules.weightOf(row.agentId), rules.workingMs(row.agentId, from, to)]
    return { ...row, weight, workingMs, due: without.has(row.agentId) ? 0 : weight * workingMs }
  })
  const allDue = rows.reduce((sum, { due }) => sum + due, 0)
  return {
    from,
    to,
    targetMs,
    chats,
    overTarget: all?.overTarget ?? 0,
    wait: all?.wait ?? NONE,
    firstAnswer: all?.firstAnswer ?? NONE,
    fairness: jainIndex(rows),
    agents: rows.map(({ due, ...row }) => ({
      ...row,
      share: chats === 0 ? 0 : row.chats / chats,
      fairShare: allDue === 0 ? 0 : due / allDue,
    })),
  }
}

const NONE = { average: null, median: null, p90: null }

/**
 * Jain’s fairness index of each agent's chats in relation to the chats due, weighted by the chats due: 1 if each agent
 * got what was due, and lower the more uneven it was. So an agent who was on shift for only a minute does not count as
 * left out. `null` if no agent got any.
 */
export function jainIndex(rows: readonly { readonly chats: number; readonly due: number }[]): number | null {
  const meant = rows.filter(({ due }) => due > 0)
  const chats = meant.reduce((sum, row) => sum + row.chats, 0)
  const due = meant.reduce((sum, row) => sum + row.due, 0)
  const squares = meant.reduce((sum, row) => sum + row.chats ** 2 / row.due, 0)
  return squares === 0 ? null : chats ** 2 / (due * squares)
}
