import type { ChatPolicy } from '../../decision.ts'
import type { AssignmentId, AssignmentState } from '../../domain.ts'
import { applySnapshot } from '../../core/apply-event.ts'
import {
  change,
  noteGiven,
  reviseAssignment,
  settle,
  type AssignmentDraft,
  type ChatFile,
  DOUBTED,
} from '../../core/chat-record.ts'
import { isMissed } from '../../core/chat-state.ts'
import { loadChats } from '../chats/load-chats.ts'
import { saveChats } from '../chats/save-chats.ts'
import type { Attempt, Change, Settlement } from '../contract.ts'
import type { AssignmentRow } from '../schema.ts'
import { noteLastAgent } from '../chats/customers.ts'
import { touch, type TxScope } from '../scope.ts'

/** The chat's second refusal by HelpCrunch is final. */
const MAX_REFUSALS = 2
/** What is kept of an assignment that HelpCrunch keeps refusing for the limit's sake: its last attempts. */
const MAX_HISTORY = 50

/** Writes what came of a turn. Where a person was faster the assignment is over already, and what they did stands. */
export async function settleTurn(
  scope: TxScope,
  id: AssignmentId,
  settlement: Settlement,
  now: number,
  policy: ChatPolicy,
): Promise<{ state: AssignmentState; change: Change }> {
  const { db, accountId } = scope
  const row = await db.selectFrom('assignment').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const file = (await loadChats(scope, [row.chat_id])).get(row.chat_id) as ChatFile
  if (settlement.to === 'another agent' && row.agent_id !== null) {
    touch(scope, row.agent_id)
    await db
      .updateTable('agent')
      .set({ is_set_aside: 1 })
      .where('account_id', '=', accountId)
      .where('id', '=', row.agent_id)
      .execute()
  }
  const open = file.open?.id === id ? file.open : null
  if (open !== null) apply(file, open, settlement, now, policy)
  else if (settlement.to === 'assigned') applyLateAnswer(file, row, settlement, now, policy)
  if (settlement.to === 'assigned' && row.agent_id !== null && file.chat.assigneeId === row.agent_id) {
    await noteLastAgent(scope, file.chat.customerId, row.agent_id, now, policy)
  }
  return { state: open?.state ?? row.state, change: await saveChats(scope, [file], now, policy) }
}

function apply(file: ChatFile, open: AssignmentDraft, settlement: Settlement, now: number, policy: ChatPolicy): void {
  if ('reason' in settlement) note(open, { at: now, agentId: open.agentId, reason: settlement.reason })
  switch (settlement.to) {
    case 'assigned':
      applyAnswer(file, open, settlement)
      file.heardAt = now
      if (open.agentId !== null && file.chat.assigneeId === open.agentId) noteGiven(file, open.agentId, now, policy)
      settle(file, 'assigned', now)
      return
    case 'known':
      applySnapshot(file, settlement.snapshot, settlement.answeredAt)
      // Also where nothing new was found: the chat was looked at. Unless there is a doubt that is newer than the question.
      file.isChanged = true
      if (file.heardAt !== DOUBTED) file.heardAt = now
      if (open.state === 'waiting') open.failures = 0
      reviseAssignment(file, open.eventId, now, policy)
      return
    case 'gone':
      change(file, { status: 'gone' })
      settle(file, 'gone', now)
      return
    case 'another agent':
      open.refusals += 1
      open.agentId = null
      open.state = 'waiting'
      file.touched.add(open)
      if (open.refusals >= MAX_REFUSALS) settle(file, 'refused', now)
      return
    case 'retry':
      open.notBefore = settlement.notBefore
      if (settlement.isFailure) open.failures += 1
      file.touched.add(open)
      return
    case 'rehearsed':
      // Left alone until the customer writes again, or every later event of the chat would be rehearsed anew.
      change(file, { takenOffAt: file.chat.snapshotAt ?? now })
      settle(file, 'rehearsed', now)
      return
    case 'dead':
      settle(file, 'dead', now)
  }
}

/** The assignment was over when its answer came, and the chat may have asked for somebody again: it has whom that PUT gave it. */
function applyLateAnswer(
  file: ChatFile,
  row: Pick<AssignmentRow, 'agent_id' | 'event_id'>,
  { snapshot, answeredAt }: Extract<Settlement, { to: 'assigned' }>,
  now: number,
  policy: ChatPolicy,
): void {
  if (answeredAt > (file.chat.snapshotAt ?? 0)) {
    applySnapshot(file, { ...snapshot, assigneeId: snapshot.assigneeId ?? row.agent_id }, answeredAt)
    reviseAssignment(file, row.event_id, now, policy)
  } else if (file.chat.assigneeId === null) {
    // In the same second as all we know, say: who has it is asked before anybody gets it.
    file.heardAt = DOUBTED
    file.isChanged = true
  }
}

function note(open: AssignmentDraft, attempt: Attempt): void {
  const history = JSON.parse(open.history ?? '[]') as Attempt[]
  open.history = JSON.stringify([...history, attempt].slice(-MAX_HISTORY))
}

/**
 * A 200 says that the chat is assigned; an answer that leaves out to whom means: as asked. So does one that seems older
 * than what we hold, for which it is enough that HelpCrunch's clock is ahead of ours.
 */
function applyAnswer(file: ChatFile, open: AssignmentDraft, answer: Extract<Settlement, { to: 'assigned' }>): void {
  const assigneeId = answer.snapshot.assigneeId ?? open.agentId
  const isTakenOver = applySnapshot(file, { ...answer.snapshot, assigneeId }, answer.answeredAt)
  const isStillOurs = file.chat.assigneeId === null ? file.chat.takenOffAt === null : isMissed(file.chat)
  if (!isTakenOver && isStillOurs) change(file, { assigneeId })
}
