import { createHmac } from 'node:crypto'
import type { Clock } from '../src/domain.ts'
import type { Envelope } from './account.ts'

const REDELIVERY_MS = 500
const MAX_DELIVERIES = 60

export interface Sender {
  /** Signs and delivers, again and again until it is acknowledged. */
  send(envelope: Envelope): void
  /** Of each chat, when its first webhook was acknowledged. */
  readonly acknowledgedAt: ReadonlyMap<number, number>
  /** Answers by what they said. */
  readonly answers: ReadonlyMap<string, number>
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>
  close(): void
}

/** Delivers webhooks as HelpCrunch does: signed over the bytes, and repeated with another `attempts` when refused. */
export function createSender(parts: {
  /** Where to; asked for each delivery, if it is a function. */
  url: string | (() => string)
  signingKey: string
  clock: Clock
  /** Webhooks that get lost on their way; none, if not said. */
  isLost?: (envelope: Envelope) => boolean
  onAcknowledged?: (envelope: Envelope) => void
}): Sender {
  const { clock } = parts
  const acknowledgedAt = new Map<number, number>()
  const answers = new Map<string, number>()
  const onTheirWay = new Set<Promise<void>>()
  const closed = new AbortController()

  async function deliver(envelope: Envelope): Promise<void> {
    for (let attempts = 0; attempts < MAX_DELIVERIES && !closed.signal.aborted; attempts += 1) {
      const answer = await post(envelope, attempts)
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
      if (answer.isAcknowledged) {
        if (!acknowledgedAt.has(envelope.chatId)) acknowledgedAt.set(envelope.chatId, clock.now())
        parts.onAcknowledged?.(envelope)
        return
      }
      await new Promise<void>((resolve) => void clock.after(REDELIVERY_MS, resolve))
    }
  }

  async function post({ chatId: _chatId, ...envelope }: Envelope, attempts: number) {
    const body = JSON.stringify({ ...envelope, attempts, lastAttemptAt: Math.floor(clock.now() / 1000) })
    try {
      const response = await fetch(typeof parts.url === 'string' ? parts.url : parts.url(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GuzzleHttp/7',
          'x-helpcrunch-signature': sign(body, parts.signingKey),
        },
        body,
        signal: closed.signal,
      })
      const { status = `HTTP ${response.status}` } = (await response.json()) as { status?: string }
      return { isAcknowledged: response.ok, status }
    } catch {
      return { isAcknowledged: false, status: 'no answer' }
    }
  }

  return {
    acknowledgedAt,
    answers,
    send(envelope) {
      if (parts.isLost?.(envelope) === true) return
      const delivery = deliver(envelope)
      onTheirWay.add(delivery)
      void delivery.finally(() => onTheirWay.delete(delivery))
    },
    async settled() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay)
    },
    close: () => closed.abort(),
  }
}

/** HMAC-SHA1 of the raw body, in lower-case hex: what `X-HelpCrunch-Signature` holds. */
export function sign(body: string | Buffer, signingKey: string): string {
  return createHmac('sha1', signingKey).update(body).digest('hex')
}
