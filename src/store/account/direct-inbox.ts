import type { ChatEvent, EventId } from '../../domain.ts'
import { sortEvent } from '../../core/chat-facts.ts'
import type { WebhookInbox } from '../contract.ts'
import type { StoreParts } from './store-parts.ts'

/** Takes webhooks where no other instance shares the database: an event is applied in the commit that acknowledges it. */
export function createDirectInbox({ holder, reads }: StoreParts): Pick<WebhookInbox, 'receive'> {
  const { commits } = holder

  async function isKnown(id: EventId): Promise<boolean> {
    return commits.isUncommitted((pending) => pending.hasEvent(id)) || (await reads.isKnown(id))
  }

  return {
    async receive(event: ChatEvent) {
      const { status, committed } = await holder.run(async (task) => {
        // A duplicate is acknowledged only once the first one is on the disk.
        if (await isKnown(event.id)) return { status: 'duplicate' as const, committed: commits.all() }
        const sorted = sortEvent(event, task.inForce.policy)
        const receivedAt = task.now()
        const input = { kind: 'event', event: sorted, receivedAt } as const
        await task.need(input)
        task.applyNow(input)
        task.pending.addEvent(sorted, receivedAt)
        return { status: 'accepted' as const, committed: task.pending.committed }
      })
      await committed
      return status
    },
  }
}
