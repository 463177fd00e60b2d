import { expect, test } from 'vitest'
import { createMetrics } from '../../src/http/metrics.ts'

const linesOf = async (metrics: ReturnType<typeof createMetrics>, name: string) =>
  (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(name))

test('every counter is zero before its first event, so that increase() counts the first one', async () => {
  const metrics = createMetrics()
  metrics.meterOf(null)
  const text = await metrics.registry.metrics()
  for (const line of [
    'autoassign_webhooks_total{status="accepted",type="chat.new"} 0',
    'autoassign_webhooks_total{status="duplicate",type="message.email.customer"} 0',
    'autoassign_webhooks_total{status="unavailable",type="chat.closed"} 0',
    'autoassign_webhooks_total{status="ignored",type="other"} 0',
    'autoassign_webhooks_total{status="rejected",type="unsigned"} 0',
    'autoassign_webhooks_total{status="rejected",type="malformed"} 0',
    'autoassign_requests_total{outcome="limited"} 0',
    'autoassign_requests_total{outcome="failed"} 0',
    'autoassign_assignments_settled_total{state="dead"} 0',
    'autoassign_request_seconds_count 0',
  ])
    expect(text).toContain(line)
})

test('no event adds a series', async () => {
  const metrics = createMetrics()
  const meter = metrics.meterOf(null)
  const before = await linesOf(metrics, 'autoassign_')
  for (const status of ['accepted', 'duplicate', 'rejected', 'unavailable'] as const) meter.webhook(status, 'chat.new')
  for (const type of ['made.up', 'chat.rated', 'chat.new']) meter.webhook('ignored', type)
  meter.webhook('rejected', 'unsigned')
  for (const kind of ['ok', 'gone', 'refused', 'unauthorized', 'limited', 'failed'] as const) meter.request(kind, 0.1)
  for (const state of ['assigned', 'superseded', 'gone', 'refused', 'dead', 'rehearsed', 'left', 'replayed'] as const)
    meter.settled(state)
  expect(await linesOf(metrics, 'autoassign_')).toHaveLength(before.length)
})

test('only the first fifty of a thousand accounts are initialised, so that a scrape stays small', async () => {
  const metrics = createMetrics()
  for (let i = 0; i < 1000; i += 1) metrics.meterOf(`account-${i}`)
  expect(await linesOf(metrics, 'autoassign_requests_total{account="account-49"')).toHaveLength(6)
  expect(await linesOf(metrics, 'autoassign_requests_total{account="account-50"')).toHaveLength(0)
  metrics.meterOf('account-999').request('ok', 1)
  expect(await linesOf(metrics, 'autoassign_requests_total{account="account-999"')).toHaveLength(1)
})

test('a plug-in’s failures are counted by their kind, from zero', async () => {
  const metrics = createMetrics()
  const fail = metrics.meterOfPlugin('./rules/vip.ts', ['deadline', 'memory'])
  fail('memory')
  expect(await linesOf(metrics, 'autoassign_plugin_failures_total')).toEqual([
    'autoassign_plugin_failures_total{plugin="./rules/vip.ts",failure="deadline"} 0',
    'autoassign_plugin_failures_total{plugin="./rules/vip.ts",failure="memory"} 1',
  ])
})
