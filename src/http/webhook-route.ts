import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { parse as parseJson } from 'secure-json-parse'
import type { ChatEvent, Clock, CustomerEvent } from '../domain.ts'
import { StoreUnavailable } from '../store/contract.ts'
import type { Door, HttpParts } from './contract.ts'
import type { RejectionLog } from './rejection-log.ts'
import { senderAddress } from './sender-address.ts'
import { isSigned } from './signature.ts'
import type { Unauthorized } from './unauthorized.ts'
import { sendUnavailable } from './unavailable.ts'

export const WEBHOOK_PATH = '/webhooks/helpcrunch'
const MAX_BODY_BYTES = 1024 * 1024
/** Throws for bytes that are not UTF-8; `toString` would replace them. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

export interface WebhookOptions {
  readonly parts: HttpParts
  readonly clock: Clock
  readonly unauthorized: Unauthorized
  readonly rejections: RejectionLog
}

/**
 * `POST /webhooks/helpcrunch`, or `/webhooks/helpcrunch/{account}` with several accounts: checks the signature on the
 * raw bytes, reads JSON and event, and stores it. Answers 200 only once the event is stored.
 */
export const webhookRoute: FastifyPluginCallback<WebhookOptions> = (
  app,
  { parts, clock, unauthorized, rejections },
  done,
) => {
  // The signature covers the raw bytes, so they are kept until it is checked.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))

  app.post<{ Params: { account?: string }; Body: Buffer | undefined }>(
    parts.onlyDoor === null ? `${WEBHOOK_PATH}/:account` : WEBHOOK_PATH,
    { bodyLimit: MAX_BODY_BYTES },
    async (request, reply) => {
      const { account } = request.params
      const door = account === undefined ? parts.onlyDoor : parts.doors.get(account)
      if (door == null) {
        parts.meter.webhook('rejected', 'misdirected')
        const message = 'webhook rejected: no such account'
        rejections.reject({ logger: app.log, message, ...senderOf(request, 404) })
        return reply.code(404).send({ error: 'no such account' })
      }
      // The signature would cover other bytes than those received, and a small body could decompress to a huge one.
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
        const message = 'webhook rejected: content-encoding'
        rejections.reject({ logger: door.logger, message, ...senderOf(request, 415) })
        return reply.code(415).send({ error: 'content-encoding is not supported' })
      }
      const body = request.body ?? Buffer.alloc(0)
      if (!isSigned(body, request.headers['x-helpcrunch-signature'], door.signingKeys)) {
        door.meter.webhook('rejected', 'unsigned')
        return unauthorized.reject(request, reply, {
          logger: door.logger,
          message: 'webhook rejected: signature missing or wrong',
          error: 'signature missing or wrong',
        })
      }
      const envelope = readJsonObject(body)
      if (envelope === null) {
        door.meter.webhook('rejected', 'malformed')
        door.logger.warn({ statusCode: 400 }, 'webhook rejected: not a JSON object')
        return reply.code(400).send({ error: 'not a JSON object' })
      }
      return store(door, envelope, request, reply)
    },
  )

  async function store(door: Door, envelope: Record<string, unknown>, request: FastifyRequest, reply: FastifyReply) {
    const { meter, logger } = door
    const now = clock.now()
    const reading = parts.readWebhook(envelope, now)
    if ('ignored' in reading) {
      meter.webhook('ignored', reading.type)
      logger.warn({ type: reading.type, reason: reading.ignored }, 'webhook ignored')
      return { status: 'ignored' }
    }
    const event = 'customerEvent' in reading ? reading.customerEvent : reading.event
    const ofChat = 'chatId' in event ? { chatId: event.chatId } : {}
    const fact = { eventId: event.id, type: event.type, ...ofChat, requestId: request.id }
    const isTooOld = event.occurredAt < now - parts.maxAgeMs
    if (isTooOld && !parts.isClockSure()) {
      meter.webhook('unavailable', event.type)
      logger.error(
        { ...fact, statusCode: 503 },
        'webhook not stored: it seems too old, and no answer of HelpCrunch confirms this machine’s clock',
      )
      return sendUnavailable(reply, 'cannot tell its age now')
    }
    if (isTooOld) {
      meter.webhook('rejected', event.type)
      logger.warn({ ...fact, statusCode: 400 }, 'webhook rejected: older than EVENT_RETENTION_DAYS')
      return reply.code(400).send({ error: 'older than the events that are kept' })
    }
    try {
      const status = await take(door, event)
      meter.webhook(status, event.type)
      logger.info({ ...fact, status }, status === 'ignored' ? 'webhook ignored' : 'webhook stored')
      return { status }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      meter.webhook('unavailable', event.type)
      logger.error({ ...fact, err: error, statusCode: 503 }, 'webhook not stored, the sender is asked to repeat it')
      return sendUnavailable(reply, 'cannot be stored now')
    }
  }

  async function take(door: Door, event: ChatEvent | CustomerEvent): Promise<'accepted' | 'duplicate' | 'ignored'> {
    if ('chatId' in event) return door.receive(event)
    return (await door.receiveCustomer?.(event)) ?? 'ignored'
  }

  done()
}

function senderOf(request: FastifyRequest, statusCode: number) {
  return { address: senderAddress(request), fact: { statusCode, requestId: request.id } }
}

/** Reads a JSON object in UTF-8, or `null`. Keys that would reach a prototype are dropped, not refused. */
function readJsonObject(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = parseJson(utf8.decode(body), { protoAction: 'remove', constructorAction: 'remove' })
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
