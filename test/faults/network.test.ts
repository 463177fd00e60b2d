import { expect, test } from 'vitest'
import { latency } from '../../demo/moods.ts'
import { seededRandom } from '../../demo/random.ts'
import { eventually, openWorld } from '../support/world.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'
import { seed } from './seed.ts'

test('while HelpCrunch’s name cannot be resolved, webhooks are accepted, and /readyz has the cause', async () => {
  const world = await openWorld({ env: { HELPCRUNCH_API_URL: 'http://nowhere.invalid/v1' } })
  await world.start()
  world.account.openChat(null)
  await world.sender.settled()
  expect(world.sender.answers.get('accepted')).toBe(1)
  await eventually(() => expect(world.text.join('\n')).toMatch(/ENOTFOUND|EAI_AGAIN/))
  const ready = await world.getOperations('/readyz')
  expect(ready.status).toBe(503)
  expect(await ready.text()).toMatch(/check HELPCRUNCH_API_URL/)
  await world.stop()
  await world.start({ HELPCRUNCH_API_URL: world.standIn.url })
  await eventually(() => expect(world.assigned()).toHaveLength(1))
})

test(`each chat is assigned once where the API is slow and resets every fifth call (SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  const record = createRecord()
  const world = await openWorld({ env: { REQUEST_TIMEOUT_MS: '5000' }, onAcknowledged: record.acknowledged })
  await world.start()
  const late = latency(600, 0.5, random)
  world.standIn.setTemper((call) => {
    const fate = random()
    if (call.method !== 'PUT' || fate > 0.2) return late(call)
    return { kind: fate > 0.1 ? 'reset' : 'reset after' }
  })
  for (let i = 0; i < 60; i += 1) world.account.openChat(null)
  await world.sender.settled()
  await eventually(() => expect(record.unassigned(world), `SEED=${seed}`).toEqual([]))
  expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: Infinity })
})
