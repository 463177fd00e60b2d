import type { Table } from './section.ts'

/** The table for a terminal: first column to the left, all others to the right. */
export function showTable({ title, rows, notes }: Table): string {
  const heads = Object.keys(rows[0] ?? {})
  const lines = [heads, ...rows.map((row) => heads.map((head) => show(row[head])))]
  const widths = heads.map((_head, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const text = lines.map((line) => line.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('   '))
  return [title, '', ...text.map((line) => `  ${line.trimEnd()}`), '', ...notes.map((note) => `  ${note}`), ''].join(
    '\n',
  )
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width)
}

/** Three digits are more than a measurement is worth. */
function show(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? ''
  return value.toLocaleString('en', value < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 })
}
