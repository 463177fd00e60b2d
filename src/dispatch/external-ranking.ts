import { createHmac } from 'node:crypto'
import type { Logger } from 'pino'
import type { Candidate, Question } from '../decision.ts'
import type { AgentId, Clock } from '../domain.ts'

const MAX_ANSWER_BYTES = 64 * 1024
/**
 * After this many failures in a row the endpoint is not asked for `REST_MS`: no customer waits for an endpoint that is
 * down.
 */
const FAILURES_TO_REST = 3
const REST_MS = 30_000

export interface ExternalRanking {
  /** The agents that the endpoint prefers, best first; empty if it does not answer in time. Never throws. */
  ask(question: Question): Promise<readonly AgentId[]>
}

/**
 * Asks the operator's own endpoint once per decision. Requests are signed as HelpCrunch signs its webhooks: HMAC-SHA1
 * of the body, in lower-case hex, under the webhook signing key, as `X-Autoassign-Signature`.
 * @param settings the endpoint's address and timeout; `null`: none is configured
 */
export function createExternalRanking(parts: {
  settings: () => { readonly url: string; readonly timeoutMs: number } | null
  signingKey: string
  clock: Clock
  logger: Logger
}): ExternalRanking {
  const { clock, logger } = parts
  let failuresInRow = 0
  let restsUntil = 0

  async function post(url: string, timeoutMs: number, body: string): Promise<AgentId[]> {
    const signature = createHmac('sha1', parts.signingKey).update(body).digest('hex')
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-autoassign-signature': signature },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new NoAnswer(`HTTP ${response.status}`)
    const { agents } = JSON.parse(await readBounded(response)) as { agents?: unknown }
    if (!Array.isArray(agents)) throw new NoAnswer('an answer without a list of agents')
    return agents.filter((id): id is AgentId => Number.isSafeInteger(id))
  }

  return {
    async ask(question) {
      const settings = parts.settings()
      if (settings === null || clock.monotonic() < restsUntil) return []
      try {
        const agents = await post(settings.url, settings.timeoutMs, JSON.stringify(describe(question)))
        failuresInRow = 0
        return agents
      } catch (error) {
        failuresInRow += 1
        const isResting = failuresInRow >= FAILURES_TO_REST
        if (isResting) restsUntil = clock.monotonic() + REST_MS
        const fact = { chatId: question.chatId, reason: reasonOf(error), isResting }
        logger.warn(fact, 'external ranking failed; using the remaining rules')
        return []
      }
    },
  }
}

function describe({ chatId, departmentId, labels, channel, waitedMs, candidates }: Question) {
  return {
    chat: { id: chatId, department: departmentId, labels, channel, waitedSeconds: Math.round(waitedMs / 1000) },
    candidates: candidates.map(({ agent: { id, name, load }, capacity }: Candidate) => ({ id, name, load, capacity })),
  }
}

/** Only our own messages or an error code: messages of `fetch` may contain the address, and a secret in it. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error
  if (error instanceof NoAnswer) return message
  if (name === 'TimeoutError') return 'no answer in time'
  const { code } = (cause ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : name
}

/** The endpoint answered, but without a usable ranking. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new NoAnswer('an answer that is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
