import type { FastifyReply } from 'fastify'

type Cell = string | number | null

/**
 * Sends a table as a CSV file. Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
 * injection).
 */
export function sendCsv(
  reply: FastifyReply,
  name: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
): FastifyReply {
  const text = [head, ...rows].map((row) => row.map(toCell).join(',')).join('\r\n')
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(`${text}\r\n`)
}

function toCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
