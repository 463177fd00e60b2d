import type { Logger } from 'pino'
import type { ChatId } from '../../domain.ts'
import { newRecord } from '../../core/chat-state.ts'
import type { Input } from '../../core/inputs.ts'
import type { SortedEvent } from '../../core/records.ts'
import type { AccountHolder } from '../account/account-state.ts'
import type { Task } from '../account/task.ts'
import { StoreUnavailable } from '../contract.ts'
import type { InboxRow } from '../account/inbox-rows.ts'
import type { Reads } from '../account/reads.ts'
import { applyLeftAct } from './left-acts.ts'
import { MISSED, type LeftAct } from './leave.ts'
import type { Received } from './reception.ts'

/** The most rows in one task, to bound how long it takes. */
const MAX_DRAINED = 500

/** Applies an account's inbox: rows of other instances, command line tools and the page. */
export interface Drain {
  /** @returns `isAll`: the inbox is empty; `hasMissed`: an instance had to refuse webhooks */
  (task: Task): Promise<{ readonly isAll: boolean; readonly hasMissed: boolean }>
}

export function createDrain(parts: {
  reads: Reads
  commits: AccountHolder['commits']
  logger: Pick<Logger, 'error'>
}): Drain {
  const { reads, commits, logger } = parts
  /** Rows that the core could not apply because of a mistake of ours: they stay for a version that can. */
  const failed = new Set<number>()

  async function applyAct(task: Task, data: string): Promise<void> {
    const left = JSON.parse(data) as LeftAct | Extract<Received, { customerEvent: unknown }>
    if ('customerEvent' in left) return void (await task.apply({ kind: 'customer', event: left.customerEvent }))
    return applyLeftAct(task, reads, left)
  }

  /**
   * Applies an event with the records that were read with its row. More is read only if the held chat has another
   * customer, or the rules look at customers.
   */
  async function applyEvent(task: Task, row: InboxRow, chatId: ChatId, received: Received): Promise<void> {
    if (!('event' in received)) return
    const { receivedAt } = received
    const event = inFormOfToday(received.event)
    task.set.adopt(row.record ?? newRecord(chatId), task.now())
    if (row.customerId !== null) task.set.adoptCustomer(row.customerId, row.lastAgent)
    const input: Input = { kind: 'event', event, receivedAt }
    const customerId = task.state.chats.get(chatId)?.chat.customerId ?? null
    const isMissing = customerId !== null && !task.state.customers.has(customerId)
    if (isMissing || task.inForce.policy.needsCustomer) await task.need(input)
    task.applyNow(input)
    task.pending.addInboxRow(row.id)
  }

  async function applyRow(task: Task, row: InboxRow): Promise<void> {
    const { id, data, chatId } = row
    if (data !== null && chatId !== null) return applyEvent(task, row, chatId, JSON.parse(data) as Received)
    // A command line tool of an older version changed the tables directly.
    if (data === null) task.markStale()
    else if (data !== MISSED) await applyAct(task, data)
    task.pending.addInboxRow(id)
  }

  return async (task) => {
    await task.reserveIds()
    const applied = commits.undeletedInboxIds()
    const most = MAX_DRAINED + applied.size + failed.size
    const rows = await reads.inbox(most)
    let hasMissed = false
    for (const row of rows) {
      if (applied.has(row.id) || failed.has(row.id)) continue
      hasMissed ||= row.data === MISSED
      try {
        await applyRow(task, row)
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error
        failed.add(row.id)
        logger.error({ err: error, inboxId: row.id }, 'not applied, and left in the inbox: a mistake in this version')
      }
    }
    return { isAll: rows.length < most, hasMissed }
  }
}

/**
 * Converts an event of the previous version, which had only labels as facts, and whose channel `chat` may be a guess.
 */
function inFormOfToday(event: SortedEvent): SortedEvent {
  const { facts } = event
  if ('said' in facts) return event
  const { labels = [], channel, customerId } = facts as { labels?: string[] } & SortedEvent['facts']
  const sorted = { customerId, channel: channel === 'email' ? channel : null, applicationId: null }
  return { ...event, facts: { ...sorted, said: labels, byCustomer: labels } }
}
