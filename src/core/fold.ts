import type { AgentId, AssignmentId } from '../domain.ts'
import { apply } from './apply.ts'
import { newRecord } from './chat-state.ts'
import type { Applied } from './contract.ts'
import type { InForce, Input, Moment } from './inputs.ts'
import { fromJournalEntry, type JournalEntry } from './journal.ts'
import { needsOf } from './needs.ts'
import { createState, type AccountState } from './state.ts'

/** Applies an input to a state that holds every chat: a missing chat is a new one. */
export function applyToWhole(state: AccountState, input: Input, moment: Moment): Applied {
  for (const id of needsOf(input).chatIds) if (!state.chats.has(id)) state.chats.set(id, newRecord(id))
  return apply(state, input, moment)
}

/**
 * Replays a journal from its beginning: the same inputs in the same order give the same state and the same decisions.
 * @param inForce returns the policy of a version
 * @param nameOf returns an agent's name, which the journal does not have
 * @throws Error for a journal that does not begin with a policy, or has too few assignment numbers
 */
export function foldJournal(
  entries: readonly JournalEntry[],
  inForce: (version: string) => InForce,
  nameOf: (id: AgentId) => string,
): { readonly state: AccountState; readonly applied: readonly Applied[] } {
  const state = createState()
  const applied: Applied[] = []
  let current: InForce | null = null
  for (const entry of entries) {
    const { input, opened } = fromJournalEntry(entry, nameOf)
    if (input.kind === 'policy') current = inForce(input.version)
    if (current === null) throw new Error('a journal begins with the policy in force')
    applied.push(applyToWhole(state, input, { now: entry.at, ...current, nextAssignmentId: giveOut(opened) }))
  }
  return { state, applied }
}

function giveOut(opened: readonly AssignmentId[]): () => AssignmentId {
  let next = 0
  return () => {
    const id = opened[next]
    if (id === undefined) throw new Error('the journal has fewer assignments than its inputs open')
    next += 1
    return id
  }
}
