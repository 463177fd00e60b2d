import type { AgentId, AssignmentId } from '../domain.ts'
import type { Applied } from './contract.ts'
import type { Input } from './inputs.ts'

/** One input as the journal keeps it. The journal keeps inputs in the order in which they were applied. */
export interface JournalEntry {
  readonly at: number
  readonly kind: Input['kind']
  /** JSON, without names of people or departments. */
  readonly data: string
}

/** The format of `data`; an entry of another format is from another version of this service. */
const FORM = 1

interface Kept {
  readonly v: number
  readonly input: Input
  /** The numbers of the assignments that the input opened. */
  readonly opened?: readonly AssignmentId[]
}

/** The journal entry of an input; `null`: the input changed nothing, so no decision can depend on it. */
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
 * Reads an input back from its journal entry.
 * @param nameOf returns an agent's name, which the journal does not have, for the summaries of decisions
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

function isUnchanged(applied: Applied): boolean {
  const { chats, assignments, agents, departments, customers, customerRecords, erased } = applied
  const ofCustomers = customers.length + customerRecords.length + erased.length
  return chats.length + assignments.length + agents.length + ofCustomers === 0 && departments === null
}

/** Drops names, and the chats of a search page that changed nothing. */
function strip(input: Input, { chats }: Applied): Input {
  if (input.kind === 'roster') return name(input, () => '')
  if (input.kind !== 'page') return input
  const changed = new Set(chats.map(({ chat }) => chat.id))
  return { ...input, found: input.found.filter(({ id }) => changed.has(id)) }
}

function name(input: Extract<Input, { kind: 'roster' }>, nameOf: (id: AgentId) => string): Input {
  const { agents, departments, teamOnline } = input.roster
  return {
    ...input,
    roster: {
      agents: agents.map(({ id }) => ({ id, name: nameOf(id) })),
      departments: departments.map(({ id, agentIds }) => ({ id, agentIds, name: '' })),
      ...(teamOnline === undefined ? {} : { teamOnline }),
    },
  }
}
