import type { Spread } from './statistics.ts'
import type { Summary } from './summary.ts'

/** One policy's week, with everybody who worked in it. */
export function showSummary(summary: Summary): string {
  const { policy, chats, assigned, handedOn, unassigned, wait, answer, requests } = summary
  const agents = summary.agents.map((agent) => [
    agent.name,
    String(agent.weight),
    agent.hoursOnShift.toFixed(0),
    String(agent.chats),
    showPercent(agent.share),
    agent.averageLoad.toFixed(1),
    String(agent.mostLoad),
    showTime(agent.answer.median),
    showTime(agent.answer.p95),
  ])
  return [
    `${policy}: ${summary.rules}`,
    `  chats         ${chats}; ${assigned} assigned, ${handedOn} handed on to another agent, ${unassigned} left or waiting at the end`,
    `  assigned in   ${showSpread(wait)}`,
    `  answered in   ${showSpread(answer)}`,
    `  requests      ${requests.used} used, ${requests.refused} refused`,
    '',
    ...showTable([
      ['agent', 'weight', 'hours', 'chats', 'share', 'average load', 'most', 'answered in: median', '95th percentile'],
      ...agents,
    ]),
    '',
  ].join('\n')
}

/** The policies against each other: one column each. */
export function showComparison(summaries: readonly Summary[]): string {
  const row = (title: string, show: (summary: Summary) => string) => [title, ...summaries.map(show)]
  return showTable([
    row('', ({ policy }) => policy),
    row('chats', ({ chats }) => String(chats)),
    row('assigned', ({ assigned }) => String(assigned)),
    row('left or waiting at the end', ({ unassigned }) => String(unassigned)),
    row('handed on', ({ handedOn }) => String(handedOn)),
    row('assigned in: median', ({ wait }) => showTime(wait.median)),
    row('  95th percentile', ({ wait }) => showTime(wait.p95)),
    row('  longest', ({ wait }) => showTime(wait.longest)),
    row('answered in: median', ({ answer }) => showTime(answer.median)),
    row('  95th percentile', ({ answer }) => showTime(answer.p95)),
    row('  longest', ({ answer }) => showTime(answer.longest)),
    row('fairness (Jain)', ({ fairness }) => fairness.toFixed(3)),
    row('over capacity for a moment', ({ early }) => String(early)),
    row('requests used', ({ requests }) => String(requests.used)),
    row('requests refused', ({ requests }) => String(requests.refused)),
  ]).join('\n')
}

/** In minutes and seconds, such as `2:05.0`. */
function showTime(ms: number): string {
  const tenths = Math.round(ms / 100)
  const seconds = ((tenths % 600) / 10).toFixed(1)
  return `${Math.floor(tenths / 600)}:${seconds.padStart(4, '0')}`
}

function showSpread({ median, p95, longest }: Spread): string {
  return `${showTime(median)} (median), ${showTime(p95)} (95th percentile), ${showTime(longest)} (longest), in minutes:seconds`
}

function showPercent(share: number): string {
  return `${(100 * share).toFixed(1)}%`
}

/** The first column to the left, numbers to the right. */
function showTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    return `  ${cells.join('  ')}`
  })
}
