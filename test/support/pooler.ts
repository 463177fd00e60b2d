import { connect, createServer } from 'node:net'
import { onTestFinished } from 'vitest'

const NOTIFICATION = 'A'
const BACKEND_KEY = 'K'

/**
 * What a client sees of a pooler that shares connections among transactions: it takes LISTEN, no notification ever
 * comes through, and the server process that it names does not exist.
 */
export async function openPooler(to: URL): Promise<string> {
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    let rest = Buffer.alloc(0)
    near.on('data', (chunk) => far.write(chunk))
    far.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      // A letter, then the length without the letter (postgresql.org/docs/current/protocol-message-formats.html).
      while (rest.length >= 5 && rest.length >= 1 + rest.readInt32BE(1)) {
        const message = rest.subarray(0, 1 + rest.readInt32BE(1))
        rest = rest.subarray(message.length)
        const kind = String.fromCharCode(message[0] ?? 0)
        if (kind === BACKEND_KEY) message.writeInt32BE(message.readInt32BE(5) ^ 1, 5)
        if (kind !== NOTIFICATION) near.write(message)
      }
    })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = new URL(to)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return url.href
}
