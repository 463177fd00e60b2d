import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Meter } from '../domain.ts'

/**
 * What `/metrics` shows. A type that HelpCrunch does not document is counted as `other`, so that no sender can make
 * series without end.
 */
export function createMetrics(): { meter: Meter; registry: Registry; watchOpen(count: CountOpen): void } {
  const registry = new Registry()
  const registers = [registry]
  const webhooks = new Counter({
    name: 'autoassign_webhooks_total',
    help: 'Webhooks by what became of them',
    labelNames: ['status', 'type'],
    registers,
  })
  const requests = new Counter({
    name: 'autoassign_requests_total',
    help: 'Requests to HelpCrunch by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'autoassign_request_seconds',
    help: 'Time until HelpCrunch answered',
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const settled = new Counter({
    name: 'autoassign_assignments_settled_total',
    help: 'Assignments by how they ended',
    labelNames: ['state'],
    registers,
  })
  return {
    registry,
    meter: {
      webhook: (status, type) => webhooks.inc({ status, type: DOCUMENTED_TYPES.test(type) ? type : 'other' }),
      request(outcome, seconds) {
        requests.inc({ outcome })
        requestSeconds.observe(seconds)
      },
      settled: (state) => settled.inc({ state }),
    },
    watchOpen(count) {
      const open = new Gauge({
        name: 'autoassign_assignments_open',
        help: 'Assignments that are not settled: waiting for an agent, or decided and not yet answered',
        labelNames: ['state'],
        registers,
        async collect() {
          const counted = await count()
          open.set({ state: 'waiting' }, counted.waiting)
          open.set({ state: 'decided' }, counted.decided)
        },
      })
    },
  }
}

type CountOpen = () => Promise<{ waiting: number; decided: number }>

const DOCUMENTED_TYPES =
  /^(chat\.(new|status_updated|assigned|snoozed|unsnoozed|closed|rated)|message\.((chat|email)\.(customer|agent)|private)|customer\.(new|email_updated|tags_changed|unsubscribed|subscribed|blocked|unblocked|deleted)|unsigned|malformed)$/
