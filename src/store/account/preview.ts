import { apply } from '../../core/apply.ts'
import type { InForce, Moment } from '../../core/inputs.ts'
import { needsOf } from '../../core/needs.ts'
import type { AgentId, AssignmentId, ChatId, Clock } from '../../domain.ts'
import type { HandOverPreview } from '../contract.ts'
import type { Reads } from './reads.ts'
import { loadWorkingSet } from './working-set.ts'

/** The most chats in a preview: as many as a person looks through. */
const MAX_PREVIEWED = 200

/**
 * Previews which agents would get an agent's open chats by the policy in force. The core itself decides, on a copy of
 * the tables' data.
 */
export async function previewHandOver(
  { reads, inForce, clock }: { reads: Reads; inForce: () => InForce; clock: Clock },
  agentId: AgentId,
): Promise<HandOverPreview[]> {
  const now = clock.now()
  const { policy, route } = inForce()
  const set = await loadWorkingSet(reads, now)
  const chatIds = (await reads.openOf(agentId, 0 as ChatId)).slice(0, MAX_PREVIEWED)
  const input = { kind: 'act', act: { act: 'hand over', agentId, chatIds } } as const
  await set.need(needsOf(input), now, policy.needsCustomer)
  let number = 0
  const moment: Moment = { now, policy, route, nextAssignmentId: () => (number -= 1) as AssignmentId }
  apply(set.state, input, moment)

  function foresee(chatId: ChatId): HandOverPreview {
    const record = set.state.chats.get(chatId)
    const assignmentId = record?.open?.id
    if (record === undefined || assignmentId === undefined)
      return { chatId, agentId: null, summary: 'is snoozed: stays until that ends' }
    // A verified chat needs no fetch: a preview sends nothing to HelpCrunch.
    set.state.chats.set(chatId, { ...record, verifiedAt: now })
    const { step } = apply(set.state, { kind: 'step', assignmentId, chatId }, moment)
    if (step?.kind === 'put') return { chatId, agentId: step.agentId, summary: step.summary }
    if (step?.kind === 'ask') return { chatId, agentId: null, summary: 'the external endpoint is asked first' }
    if (step?.kind === 'ask plug-ins') return { chatId, agentId: null, summary: 'the plug-ins are asked first' }
    if (step?.kind === 'customer') return { chatId, agentId: null, summary: 'its customer is read first' }
    return { chatId, agentId: null, summary: step !== null && 'summary' in step ? step.summary : 'stays' }
  }

  return chatIds.map(foresee)
}
