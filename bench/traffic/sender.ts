import { Agent, request } from 'node:http'
import type { SignedWebhook } from './wire.ts'

const CONNECTIONS = 64
const REPEAT_MS = 500
/** HelpCrunch repeats a webhook for longer, but no measurement takes longer. */
const MAX_REPEATS = 60

/** Sends signed webhooks over kept-alive connections, each again and again until it is accepted. */
export function createSender(onRepeat: () => void) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

  function send(url: string, webhook: SignedWebhook, onAccepted: (at: number) => void, repeats = 0): void {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(webhook.body),
      'x-helpcrunch-signature': webhook.signature,
    }
    const again = () => {
      if (repeats === MAX_REPEATS) throw new Error(`${url} did not accept a webhook in ${MAX_REPEATS} attempts`)
      onRepeat()
      setTimeout(send, REPEAT_MS, url, webhook, onAccepted, repeats + 1)
    }
    request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume()
      if (response.statusCode === 200) onAccepted(performance.now())
      else again()
    })
      .on('error', again)
      .end(webhook.body)
  }

  return send
}
