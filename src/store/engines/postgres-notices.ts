import { Client } from 'pg'
import type { Clock } from '../../domain.ts'
import { CONNECTION } from './postgres-pool.ts'

const CHANNEL = 'autoassign'
const RECONNECT_MS = 1000
/** PostgreSQL accepts fewer than 8,000 bytes (postgresql.org/docs/current/sql-notify.html). */
const MAX_BYTES = 7000

/**
 * Wakes other instances by LISTEN and NOTIFY, over a connection of its own. A notice may get lost, with the connection
 * or in a pooler, so listeners also poll.
 */
export function openNotices(
  connectionString: string,
  clock: Clock,
): { onNotice(listener: (notice: string) => void): void; notify(notice: string): void; close(): Promise<void> } {
  const listeners: ((notice: string) => void)[] = []
  /** Notices to send once the connection is free; equal ones are sent once. */
  let unsaid = new Set<string>()
  let client: Client | null = null
  let isSaying = false
  let isClosing = false
  let cancelTimer = (): void => undefined
  void connect()

  async function connect(): Promise<void> {
    const next = new Client({ ...CONNECTION, connectionString })
    next.on('notification', ({ payload = '' }) => {
      for (const notice of payload.split('\n')) for (const listener of listeners) listener(notice)
    })
    // An error is followed by `end`, which reconnects.
    next.on('error', () => undefined)
    next.once('end', reconnect)
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
      if (isClosing) return await next.end()
      client = next
      void say()
    } catch {
      void next.end().catch(() => undefined)
      reconnect()
    }
  }

  function reconnect(): void {
    client = null
    cancelTimer()
    if (!isClosing) cancelTimer = clock.after(RECONNECT_MS, () => void connect())
  }

  async function say(): Promise<void> {
    if (client === null || isSaying || unsaid.size === 0) return
    isSaying = true
    const notices = unsaid
    unsaid = new Set()
    try {
      for (const text of join(notices)) await client.query('select pg_notify($1, $2)', [CHANNEL, text])
    } catch {
      // The notices are lost; the other instances poll.
    } finally {
      isSaying = false
    }
    void say()
  }

  return {
    onNotice: (listener) => void listeners.push(listener),
    notify(notice) {
      unsaid.add(notice)
      void say()
    },
    async close() {
      isClosing = true
      cancelTimer()
      client?.removeListener('end', reconnect)
      await client?.end().catch(() => undefined)
    },
  }
}

/** Joins notices, a line each, into as few messages as possible. */
function join(notices: ReadonlySet<string>): string[] {
  const texts: string[] = []
  for (const notice of notices) {
    const last = texts.at(-1)
    if (last === undefined || last.length + notice.length >= MAX_BYTES) texts.push(notice)
    else texts[texts.length - 1] = `${last}\n${notice}`
  }
  return texts
}
