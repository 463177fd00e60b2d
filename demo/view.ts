import type { Account } from './account.ts'
import type { Sender } from './sender.ts'
import type { StandIn } from './stand-in.ts'
import { HELP_BOT } from './team.ts'

/** What the demo needs of one of the service's log lines. */
export interface LogLine {
  readonly msg: string
  readonly level: string
  readonly chatId?: number
  readonly departmentId?: number | null
  readonly agentId?: number | null
  readonly outcome?: string
  readonly state?: string
  readonly why?: string
  readonly durationMs?: number
}

/**
 * One of the service's log lines for a person to read, or `null` where there is nothing to see.
 * @param columns how wide the terminal is
 */
export function showLogLine(line: LogLine, account: Account, waitedMs: number | null, columns: number): string | null {
  const { chatId, departmentId, agentId, msg, why } = line
  const time = new Date().toLocaleTimeString('en-GB')
  if (chatId === undefined || why === undefined) {
    return line.level === 'info' ? null : `${time} ${line.level}: ${msg}`.slice(0, columns)
  }
  const department = account.departments.find(({ id }) => id === departmentId)?.name ?? '(none)'
  const about = [department, ...marksOf(chatId, account)].join(', ')
  const agent = account.agents.find(({ id }) => id === agentId)?.name ?? 'no agent'
  const waited = waitedMs === null ? '' : `${waitedMs} ms`
  const start = `${time} chat ${chatId} ${about.padEnd(16)} → ${agent.padEnd(6)} ${waited.padStart(7)}  `
  return `${start}${endOf(line.state === 'assigned' ? why : msg, columns - start.length)}`
}

/** Of a reason as many of its last parts as fit: the rule that decided stands at the end. */
function endOf(reason: string, columns: number): string {
  const parts = reason.replace(/^\S+ \(\d+\): /, '').split(', ')
  while (parts.length > 1 && parts.join(', ').length > columns) parts.shift()
  // A number in parentheses is there as a whole, or not at all.
  return parts
    .join(', ')
    .slice(0, Math.max(columns, 0))
    .replace(/ \([^)]*$/, '')
}

/** What the rules can know of the chat's customer beside the department. */
function marksOf(chatId: number, account: Account): string[] {
  const chat = account.chats.get(chatId)
  const customer = account.customers.get(chat?.customerId ?? 0)
  const isFromBot = chat?.communicatedAgentIds.has(HELP_BOT.id) ?? false
  return [
    ...(customer?.tags.includes('vip') ? ['VIP'] : []),
    ...(customer?.locale?.startsWith('fr') ? ['French'] : []),
    ...(isFromBot ? ['bot'] : []),
  ]
}

/** How things stand: chats, load as bars, the budget of the last minute, and what was not a plain success. */
export function showSummary(parts: {
  account: Account
  standIn: StandIn
  sender: Sender
  limitPerMinute: number
  capacity: number
  waits: readonly number[]
}): string {
  const { account, standIn, sender, limitPerMinute, capacity, waits } = parts
  const chats = [...account.chats.values()]
  const open = chats.filter((chat) => chat.status !== 'closed' && !chat.isDeleted)
  const waiting = open.filter(({ assigneeId }) => assigneeId === null)
  const countOf = (status: number) => standIn.seen.filter((call) => call.status === status).length
  const inLastMinute = standIn.seen.filter(({ at }) => at > performance.now() - 60_000).length
  const webhooks = [...sender.answers].map(([status, count]) => `${count} ${status}`).join(', ')
  const people = account.agents.filter(({ id }) => id !== HELP_BOT.id)
  const bars = people.map((agent) => {
    const load = account.loadOf(agent.id)
    const given = standIn.puts().filter(({ agentId, status }) => agentId === agent.id && status === 200).length
    return `  ${agent.name.padEnd(7)} ${'█'.repeat(load)}${'░'.repeat(Math.max(0, capacity - load))}  ${load} of ${capacity}, given ${given}`
  })
  const sorted = waits.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  return [
    '',
    `chats     ${chats.length} in all, ${open.length} open, ${waiting.length} without an agent`,
    `webhooks  ${webhooks || 'none yet'}`,
    `requests  ${inLastMinute} of ${limitPerMinute} used in the last minute; 429s: ${countOf(429)}, 404s: ${countOf(404)}`,
    `waiting   ${median === undefined ? 'nothing assigned yet' : `${median} ms from webhook to PUT (median), ${sorted.at(-1)} ms at most`}`,
    ...bars,
    '',
  ].join('\n')
}
