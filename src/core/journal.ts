import type { AgentId, AssignmentId } from '../domain.ts'
import type { Applied, Input } from './contract.ts'

/** One input as it is kept, in the order in which it was applied. */
export interface JournalEntry {
  readonly at: number
  readonly kind: Input['kind']
  /** JSON, without names of people or departments. */
  readonly data: string
}

/** The form of `data`; an entry of another form is of another version of this service. */
const FORM = 1

interface Kept {
  readonly v: number
  readonly input: Input
  /** The numbers of the assignments that it opened. */
  readonly opened?: readonly AssignmentId[]
}

/** An input as the journal keeps it, or `null`: it changed nothing, so no decision can depend on it. */
export function toJournalEntry(
  input: Input,
  applied: Applied,
  opened: readonly AssignmentId[],
  at: number,
): JournalEntry | null {
  if (input.kind !== 'policy' && input.kind !== 'takeover' && isUnchanged(applied)) return null
  const kept: Kept = { v: FORM, input: strip(input, applied), ...(opened.length > 0 ? { opened } : {}) }
  return { at, kind: input.kind, data: JSON.stringify(kept) }
}

/**
 * @param nameOf the agents' names, which the journal does not have, for the sentences of decisions
 * @throws Error for an entry of another version
 */
export function fromJournalEntry(
  { data }: JournalEntry,
  nameOf: (id: AgentId) => string,
): { readonly input: Input; readonly opened: readonly AssignmentId[] } {
  const { v, input, opened = [] } = JSON.parse(data) as Kept
  if (v !== FORM) throw new Error(`journal entry of form ${v}; this version reads form ${FORM}`)
  return { input: input.kind === 'roster' ? name(input, nameOf) : input, opened }
}

function isUnchanged({ chats, assignments, agents, departments, customers }: Applied): boolean {
  return chats.length + assignments.length + agents.length + customers.length === 0 && departments === null
}

/** Leaves out names, and of a search's page the chats that it told nothing new of. */
function strip(input: Input, { chats }: Applied): Input {
  if (input.kind === 'roster') return name(input, () => '')
  if (input.kind !== 'page') return input
  const changed = new Set(chats.map(({ chat }) => chat.id))
  return { ...input, found: input.found.filter(({ id }) => changed.has(id)) }
}

function name(input: Extract<Input, { kind: 'roster' }>, nameOf: (id: AgentId) => string): Input {
  const { agents, departments } = input.roster
  return {
    ...input,
    roster: {
      agents: agents.map(({ id }) => ({ id, name: nameOf(id) })),
      departments: departments.map(({ id, agentIds }) => ({ id, agentIds, name: '' })),
    },
  }
}
