import type { FastifyInstance } from 'fastify'
import type { RouteParts } from './request-context.ts'
import { accountParams } from './schemas.ts'

/** How often a page is told that the connection works: after a longer silence it marks its figures as old. */
const BEAT_MS = 10_000

/**
 * `GET /accounts/:account/events`: server-sent events. `change`: something that people see has changed. `beat`: the
 * connection works.
 */
export function eventStream(app: FastifyInstance, { context, feeds, clock }: RouteParts): void {
  app.get(
    '/accounts/:account/events',
    {
      sse: 'only',
      schema: { summary: 'Server-sent events: "change" after changes, "beat" every 10 s', params: accountParams },
    },
    async (request, reply) => {
      const account = context.accountOf(request)
      void reply.header('x-accel-buffering', 'no').header('cache-control', 'no-store, no-transform')
      reply.sse.keepAlive()
      let isSending = false
      let isBehind = false
      /** Sends an event. To a slow reader, many changes are sent as one. */
      function send(event: 'change' | 'beat'): void {
        if (isSending) return void (isBehind ||= event === 'change')
        isSending = true
        reply.sse
          .send({ event, data: { at: clock.now() } })
          .catch(() => reply.sse.close())
          .finally(() => {
            isSending = false
            if (!isBehind) return
            isBehind = false
            send('change')
          })
      }
      let cancelBeat = (): void => undefined
      function beat(): void {
        send('beat')
        cancelBeat = clock.after(BEAT_MS, beat)
      }
      const stopListening = feeds.listen(account, () => send('change'))
      const forgetClosing = feeds.onClose(() => reply.sse.close())
      reply.sse.onClose(() => {
        cancelBeat()
        stopListening()
        forgetClosing()
      })
      beat()
    },
  )
}
