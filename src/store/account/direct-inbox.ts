import type { ChatEvent, CustomerEvent, EventId } from '../../domain.ts'
import { sortEvent } from '../../core/chat-facts.ts'
import type { Input } from '../../core/inputs.ts'
import type { WebhookInbox } from '../contract.ts'
import type { StoreParts } from './store-parts.ts'
import type { Task } from './task.ts'

/** The inbox where no other instance shares the database: the commit that acknowledges an event also applies it. */
export function createDirectInbox({ holder, reads }: StoreParts): WebhookInbox {
  const { commits } = holder

  async function isKnown(id: EventId): Promise<boolean> {
    return commits.isUncommitted((pending) => pending.hasEvent(id)) || (await reads.isKnown(id))
  }

  /** @param apply applies the event and adds it to the stored events */
  async function take(id: EventId, apply: (task: Task) => Promise<void>): Promise<'accepted' | 'duplicate'> {
    const { status, committed } = await holder.run(async (task) => {
      // A duplicate is acknowledged only once the first one is on the disk.
      if (await isKnown(id)) return { status: 'duplicate' as const, committed: commits.all() }
      await apply(task)
      return { status: 'accepted' as const, committed: task.pending.committed }
    })
    await committed
    return status
  }

  return {
    receive: (event: ChatEvent) =>
      take(event.id, async (task) => {
        const sorted = sortEvent(event, task.inForce.policy)
        const receivedAt = task.now()
        const input: Input = { kind: 'event', event: sorted, receivedAt }
        await task.need(input)
        task.applyNow(input)
        task.pending.addEvent(sorted, receivedAt)
      }),
    receiveCustomer: (event: CustomerEvent) =>
      take(event.id, async (task) => {
        await task.apply({ kind: 'customer', event })
        task.pending.addCustomerEvent(event, task.now())
      }),
  }
}
