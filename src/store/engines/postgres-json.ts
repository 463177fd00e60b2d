/** Rows as JSON that PostgreSQL takes: in its texts there are no zero bytes and no halves of characters. */
export function toPostgresJson(rows: readonly object[]): string {
  const text = JSON.stringify(rows)
  if (!/\\u(0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  )
}
