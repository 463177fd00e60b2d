import { describe, expect, test } from 'vitest'
import { toJournalEntry } from '../../src/core/journal.ts'
import type { Input } from '../../src/core/inputs.ts'
import { sortEvent, sortFound } from '../../src/core/chat-facts.ts'
import { PLAIN } from '../../src/core/plain-policy.ts'
import type { CustomerId, EventId } from '../../src/domain.ts'
import { openCore, TWO_AGENTS } from '../support/core.ts'
import { agentId, agentMessage, chatId, facts, snapshotEvent } from '../support/events.ts'
import { NOW } from '../support/people.ts'

const CUSTOMER = 7 as CustomerId

/** What the journal keeps of each of these inputs. */
function keep(...inputs: readonly Input[]): (string | null)[] {
  const core = openCore()
  return inputs.map((input) => toJournalEntry(input, core.apply(input), [], NOW)?.data ?? null)
}
const roster: Input = { kind: 'roster', roster: TWO_AGENTS, seenAt: NOW }
const event = (of: Parameters<typeof sortEvent>[0]): Input => ({
  kind: 'event',
  event: sortEvent(of, PLAIN),
  receivedAt: NOW,
})
const ofCustomer = (kind: 'customer changed' | 'customer deleted', id: string): Input => ({
  kind: 'customer',
  event: { kind, id: id as EventId, type: 'customer.x', customerId: CUSTOMER, occurredAt: NOW },
})

describe('the journal', () => {
  test('has no name of a person or a department', () => {
    const [data] = keep(roster)
    expect(data).toContain('"agentIds":[2]')
    expect(data).not.toMatch(/Agent|Sales/)
  })

  test('keeps an input that changed no more than a customer, and none that changed nothing', () => {
    const wrote = event({ ...agentMessage(1, 2, NOW), facts: facts({ customerId: CUSTOMER }) })
    const [, told, deleted, unknown] = keep(
      wrote,
      // Of an agent's message in another chat, only the customer's last agent is new.
      event({ ...agentMessage(1, 1, NOW + 1000), facts: facts({ customerId: CUSTOMER }) }),
      ofCustomer('customer deleted', 'c1'),
      ofCustomer('customer changed', 'c2'),
    )
    expect([told, deleted]).toEqual([expect.any(String), expect.stringContaining('customer deleted')])
    expect(unknown).toBeNull()
  })

  test('keeps of a search’s page only the chats that it changed', () => {
    const found = (id: number) => {
      const snapshot = { status: 'new', assigneeId: null, departmentId: null }
      return sortFound({ id: chatId(id), snapshot, facts: facts(), lastCustomerMessageAt: NOW }, PLAIN)
    }
    const known = event(snapshotEvent('chat.new', 1, NOW + 60_000, { assigneeId: agentId(2) }))
    const [, data] = keep(known, { kind: 'page', found: [found(1), found(2)], takenAt: NOW, openSince: 0 })
    expect(JSON.parse(data ?? '{}')).toMatchObject({ input: { found: [{ id: 2 }] } })
    expect(data).not.toContain('"id":1,')
  })
})
