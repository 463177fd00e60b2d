import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy that can be cut like a network: nothing comes through any more, and no side sees an error. */
export async function openProxy(to: URL): Promise<{
  url: string
  cut(): void
  mend(): void
  /** Leads to another server from now on. */
  leadTo(next: URL): void
  /** The next time that the server is sent this, its answer is lost, and so is the connection. */
  loseAnswerTo(text: string): void
  /** How many bytes went to the server. */
  readonly sent: number
}> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let target = to
  let isCut = false
  let sent = 0
  let losing: string | null = null
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    const pair = [near, far] as const
    pairs.add(pair)
    let isLost = false
    for (const [from, into] of [pair, [far, near]] as const) {
      from.on('data', (chunk) => {
        if (from === near) sent += chunk.length
        if (from === far && isLost) {
          for (const socket of pair) socket.destroy()
          return
        }
        if (!isCut) into.write(chunk)
        if (from !== near || losing === null || !chunk.includes(losing)) return
        losing = null
        isLost = true
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        pairs.delete(pair)
        if (!isCut) into.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  })
  const url = new URL(to)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    get sent() {
      return sent
    },
    cut: () => void (isCut = true),
    loseAnswerTo: (text) => void (losing = text),
    leadTo: (next) => void (target = next),
    mend() {
      isCut = false
      // The bytes on their way are lost, so the connections are of no use.
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      pairs.clear()
    },
  }
}
