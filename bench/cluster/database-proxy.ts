import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A message has its type first, then its length, which does not count the type (postgresql.org, Message Formats). */
const TYPE_BYTES = 1
const LENGTH_BYTES = 4
const READY_FOR_QUERY = 'Z'.charCodeAt(0)

export interface DatabaseProxy extends AsyncDisposable {
  /** The database's address through the proxy. */
  readonly url: string
  /** How often the server has said that it is ready for a query: each is a round trip that a client waits for. */
  roundTrips(): number
}

/**
 * Stands between the instances and PostgreSQL, without TLS.
 * @param delayMs the delay that it adds in each direction
 */
export async function openDatabaseProxy(databaseUrl: string, delayMs: number): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  let roundTrips = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    forward(client, upstream, delayMs)
    forward(upstream, client, delayMs)
    upstream.on(
      'data',
      countReady(() => void (roundTrips += 1)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    roundTrips: () => roundTrips,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function forward(from: Socket, to: Socket, delayMs: number): void {
  const later = (run: () => void) => void (delayMs === 0 ? run() : setTimeout(run, delayMs))
  from.on('data', (chunk) => later(() => to.write(chunk)))
  from.on('close', () => later(() => to.destroy()))
}

/** Reads the server's side of a connection, which is nothing but messages. */
function countReady(onReady: () => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  /** Bytes left of a message whose rest is not read. */
  let skipped = 0
  return (chunk) => {
    rest = Buffer.concat([rest, chunk.subarray(Math.min(skipped, chunk.length))])
    skipped = Math.max(0, skipped - chunk.length)
    while (rest.length >= TYPE_BYTES + LENGTH_BYTES) {
      if (rest[0] === READY_FOR_QUERY) onReady()
      const size = TYPE_BYTES + rest.readUInt32BE(TYPE_BYTES)
      skipped = Math.max(0, size - rest.length)
      rest = rest.subarray(Math.min(size, rest.length))
    }
  }
}
