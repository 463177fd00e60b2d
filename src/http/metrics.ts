import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Meter } from '../domain.ts'
import { FINAL_STATES, isDocumented, OUTCOMES, WEBHOOK_SERIES } from './metric-labels.ts'

/**
 * The most accounts whose series start at zero, with about 120 lines each. For further accounts a series starts with
 * its first event, because a scrape would grow too large.
 */
const MAX_INITIALISED_ACCOUNTS = 50

export interface Metrics {
  readonly registry: Registry
  /** The counters of one account; `null`: the only one, which is not named. */
  meterOf(account: string | null): Meter
  watchOpen(count: CountOpen): void
  /** Returns a counter of a plug-in's failures; all kinds in `failures` start at zero. */
  meterOfPlugin: (plugin: string, failures: readonly string[]) => (failure: string) => void
}

/**
 * Creates the metrics. A type that HelpCrunch does not document is counted as `other`, so that no sender can create
 * endless series.
 */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const webhooks = new Counter({
    name: 'autoassign_webhooks_total',
    help: 'Webhooks by what became of them',
    labelNames: ['account', 'status', 'type'],
    registers,
  })
  const requests = new Counter({
    name: 'autoassign_requests_total',
    help: 'Requests to HelpCrunch by outcome',
    labelNames: ['account', 'outcome'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'autoassign_request_seconds',
    help: 'Time until HelpCrunch answered',
    labelNames: ['account'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const settled = new Counter({
    name: 'autoassign_assignments_settled_total',
    help: 'Assignments by how the request for them ended; those that a person took before are not among them',
    labelNames: ['account', 'state'],
    registers,
  })
  const pluginFailures = new Counter({
    name: 'autoassign_plugin_failures_total',
    help: 'Answers of plug-ins that were skipped, and why',
    labelNames: ['plugin', 'failure'],
    registers,
  })
  let initialised = 0

  /**
   * Starts series at zero: a series that is absent before its first event hides that event from `increase()`
   * (prometheus.io, Instrumentation).
   */
  function initialise(label: { account?: string }): void {
    for (const [status, type] of WEBHOOK_SERIES) webhooks.inc({ ...label, status, type }, 0)
    for (const outcome of OUTCOMES) requests.inc({ ...label, outcome }, 0)
    for (const state of FINAL_STATES) settled.inc({ ...label, state }, 0)
    requestSeconds.zero(label)
  }

  return {
    registry,
    meterOf(account) {
      const label = labelOf(account)
      initialised += 1
      if (initialised <= MAX_INITIALISED_ACCOUNTS) initialise(label)
      return {
        webhook: (status, type) => webhooks.inc({ ...label, status, type: isDocumented(type) ? type : 'other' }),
        request(outcome, seconds) {
          requests.inc({ ...label, outcome })
          requestSeconds.observe(label, seconds)
        },
        settled: (state) => settled.inc({ ...label, state }),
      }
    },
    meterOfPlugin(plugin, failures) {
      for (const failure of failures) pluginFailures.inc({ plugin, failure }, 0)
      return (failure) => pluginFailures.inc({ plugin, failure })
    },
    watchOpen(count) {
      const open = new Gauge({
        name: 'autoassign_assignments_open',
        help: 'Assignments that are not settled: waiting for an agent, or decided and not yet answered',
        labelNames: ['account', 'state'],
        registers,
        async collect() {
          open.reset()
          for (const { label, waiting, decided } of await count()) {
            open.set({ ...labelOf(label), state: 'waiting' }, waiting)
            open.set({ ...labelOf(label), state: 'decided' }, decided)
          }
        },
      })
    },
  }
}

/**
 * Counts open assignments of the accounts that this instance decides for, so that the sum over all instances is right.
 */
type CountOpen = () => Promise<readonly { label: string | null; waiting: number; decided: number }[]>

function labelOf(account: string | null): { account?: string } {
  return account === null ? {} : { account }
}
