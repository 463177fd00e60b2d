import { expect, test } from 'vitest'
import { seededRandom } from '../../demo/random.ts'
import { agents, eventually, openWorld } from '../support/world.ts'
import { createRecord, expectNothingBroken } from './oracle.ts'
import { seed } from './seed.ts'

const AGENTS = 5
const ROUNDS = 12

test(`webhooks that come twice, late, in another order or misdated break no promise (SEED=${seed})`, async () => {
  const random = seededRandom(seed)
  const below = (most: number) => Math.floor(random() * most)
  const record = createRecord()
  const onTheirWay = new Set<NodeJS.Timeout>()
  const later = (delayMs: number, run: () => void) => {
    const timer = setTimeout(() => {
      onTheirWay.delete(timer)
      run()
    }, delayMs)
    onTheirWay.add(timer)
  }
  const world = await openWorld({
    agents: agents(AGENTS),
    env: { SYNC_INTERVAL_SECONDS: '2' },
    onAcknowledged: record.acknowledged,
    deliver(envelope, send) {
      record.made(envelope)
      const skewed = random() < 0.1 ? { ...envelope, createdAt: envelope.createdAt - below(3) } : envelope
      later(random() < 0.5 ? 0 : below(1500), () => send(skewed))
      if (random() < 0.3) later(below(3000), () => send(skewed))
    },
  })
  const { account } = world
  await world.start()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let i = below(15); i >= 0; i -= 1) account.openChat(null)
    for (const chat of account.chats.values()) {
      const fate = random()
      if (chat.status === 'closed') continue
      if (fate < 0.05) record.takenByHand(chat, () => account.assign(chat, 1 + below(AGENTS)))
      else if (fate < 0.1) account.close(chat)
      else if (fate < 0.15) account.customerWrites(chat)
    }
    const before = record.acknowledgedAt.size
    await eventually(() => expect(record.acknowledgedAt.size).toBeGreaterThan(before))
  }
  await eventually(() => expect(onTheirWay.size).toBe(0))
  await world.sender.settled()
  await eventually(() => expect(record.unassigned(world), `SEED=${seed}`).toEqual([]))
  expectNothingBroken(world, record, { capacity: Infinity, limitPerMinute: Infinity })
  const duplicates = world.sender.answers.get('duplicate') ?? 0
  expect(duplicates).toBeGreaterThan(10)
})
