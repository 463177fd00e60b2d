/** Converts rows to JSON that PostgreSQL accepts: its texts allow no zero bytes and no lone surrogates. */
export function toPostgresJson(rows: readonly object[]): string {
  const text = JSON.stringify(rows)
  if (!/\\u(0000|d[89a-f])/.test(text)) return text
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value,
  )
}
