import type { ChatPolicy } from '../../decision.ts'
import type { EventId, FoundChat } from '../../domain.ts'
import { applyFacts, sortFacts } from '../../core/chat-facts.ts'
import { applySnapshot } from '../../core/apply-event.ts'
import { change, DOUBTED, reviseAssignment, type ChatFile } from '../../core/chat-record.ts'
import { noteHeard } from '../../core/chat-order.ts'
import { isOpen, needsAgent } from '../../core/chat-state.ts'
import { loadChats } from './load-chats.ts'
import { saveChats } from './save-chats.ts'
import type { Change, Reconciled } from '../contract.ts'
import type { TxScope } from '../scope.ts'

/** Takes over one page of a search. Webhooks that are newer than the search outweigh it. */
export async function reconcile(
  scope: TxScope,
  found: readonly FoundChat[],
  takenAt: number,
  openSince: number,
  now: number,
  policy: ChatPolicy,
): Promise<{ result: Reconciled; change: Change }> {
  const files = await loadChats(
    scope,
    found.map(({ id }) => id),
  )
  const result = { opened: 0, corrected: 0, leftAlone: 0 }
  for (const each of found) {
    const file = files.get(each.id)
    if (file === undefined) continue
    const before = file.chat
    if (before.snapshotAt !== null && takenAt <= before.snapshotAt) {
      // Within the same second nobody knows which came first: the webhook is believed, the next search looks again, and
      // before the chat is given to anybody it is asked for.
      if (contradicts(each, before)) {
        file.heardAt = DOUBTED
        file.isChanged = true
      }
      continue
    }
    applyFacts(file, sortFacts(each.facts, policy), policy)
    const isNews = hasUnheardCustomer(before, each)
    takeOver(file, each, takenAt, isNews)
    noteHeard(file, takenAt, now)
    const hadOpen = file.open !== null
    // It was snoozed or closed, nobody told us that it is not, and no timer of ours would: it is needy now.
    const wasResting = before.snapshotAt !== null && before.assigneeId === null && !needsAgent(before, now)
    const isBack = wasResting && before.takenOffAt === null && needsAgent(file.chat, now)
    const isRecent = (each.lastCustomerMessageAt ?? takenAt) >= openSince
    if (hadOpen || isBack || (isNews && isRecent)) {
      reviseAssignment(file, `search:${each.id}:${takenAt}` as EventId, now, policy)
      if (!hadOpen && file.open !== null) result.opened += 1
    } else if (isNews && isOpen(file.chat) && file.chat.assigneeId === null) {
      result.leftAlone += 1
      // Its customer may still write again.
      change(file, { takenOffAt: takenAt })
    }
    if (before.snapshotAt !== null && differs(before, file.chat)) result.corrected += 1
  }
  return { result, change: await saveChats(scope, files.values(), now, policy) }
}

function takeOver(
  file: ChatFile,
  { snapshot, lastCustomerMessageAt }: FoundChat,
  takenAt: number,
  isNews: boolean,
): void {
  const before = file.chat
  applySnapshot(file, snapshot, takenAt)
  const wasTakenOff = before.assigneeId !== null && file.chat.assigneeId === null
  change(file, {
    lastCustomerMessageAt: Math.max(lastCustomerMessageAt ?? 0, before.lastCustomerMessageAt ?? 0) || null,
    takenOffAt: file.chat.assigneeId !== null || isNews ? null : wasTakenOff ? takenAt : before.takenOffAt,
  })
}

/** Whether the chat is unknown to us, or its customer wrote after all that we know of it. */
function hasUnheardCustomer(before: ChatFile['chat'], { lastCustomerMessageAt }: FoundChat): boolean {
  if (before.snapshotAt === null) return true
  return (lastCustomerMessageAt ?? 0) > Math.max(before.snapshotAt, before.lastCustomerMessageAt ?? 0)
}

function contradicts({ snapshot }: FoundChat, before: ChatFile['chat']): boolean {
  return (snapshot.assigneeId != null && snapshot.assigneeId !== before.assigneeId) || snapshot.status === 'closed'
}

function differs(before: ChatFile['chat'], after: ChatFile['chat']): boolean {
  return before.assigneeId !== after.assigneeId || isOpen(before) !== isOpen(after)
}
