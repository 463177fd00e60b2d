import type { FromSchema } from 'json-schema-to-ts'
import type { Range } from '../../store/reports/contract.ts'
import type { ApiAccount } from './contract.ts'
import { localHour } from './local-time.ts'

const HOUR_MS = 3_600_000
const WEEK_MS = 168 * HOUR_MS
const MAX_AGENTS = 2000

const cell = {
  type: 'object',
  required: ['weekday', 'hour', 'chats', 'waited', 'onShift'],
  properties: {
    weekday: { type: 'integer', description: '1 is Monday' },
    hour: { type: 'integer', description: '0 to 23, local time' },
    chats: { type: 'integer', description: 'chats that asked for an agent, over the whole time' },
    waited: { type: 'integer', description: 'of these, waited longer than the target' },
    onShift: { type: 'integer', description: 'people on shift in the last week of that time, at the half hour' },
  },
} as const
export const staffing = {
  type: 'object',
  required: ['zone', 'weeks', 'cells'],
  properties: {
    zone: { type: 'string' },
    weeks: { type: 'number', description: 'how many weeks the counts are of' },
    cells: { type: 'array', items: cell, description: '168: each hour of the week' },
  },
} as const

/** Reports arrivals, agents on shift and waits by weekday and hour of the team's local time. */
export async function readStaffing(
  { reports, rules }: ApiAccount,
  range: Range & { targetMs: number },
  zone: string,
): Promise<FromSchema<typeof staffing>> {
  const cells = new Map(HOURS.map((hour) => [keyOf(hour), { ...hour, chats: 0, waited: 0, onShift: 0 }]))
  for (const { at, chats, waited } of await reports.arrivals(range)) {
    const found = cells.get(keyOf(localHour(at, zone)))
    if (found === undefined) continue
    found.chats += chats
    found.waited += waited
  }
  const { departmentId, from, to } = range
  const { items } = await reports.agents({ limit: MAX_AGENTS, since: to })
  const team = items.filter(
    (agent) =>
      rules.getsChats(agent) && (departmentId === undefined || agent.departments.some(({ id }) => id === departmentId)),
  )
  const firstHour = Math.floor((to - WEEK_MS) / HOUR_MS) * HOUR_MS
  for (let at = firstHour; at < firstHour + WEEK_MS; at += HOUR_MS) {
    const found = cells.get(keyOf(localHour(at, zone)))
    if (found !== undefined)
      found.onShift = team.filter(({ agentId }) => rules.isOnShift(agentId, at + HOUR_MS / 2)).length
  }
  return { zone, weeks: (to - from) / WEEK_MS, cells: [...cells.values()] }
}

const HOURS = Array.from({ length: 168 }, (_, index) => ({ weekday: Math.floor(index / 24) + 1, hour: index % 24 }))

function keyOf({ weekday, hour }: { weekday: number; hour: number }): number {
  return weekday * 24 + hour
}
