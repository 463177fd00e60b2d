import type { Tables } from '../schema.ts'

/** All tables with rows of accounts, but for the journal: it names assignments by their numbers, which change. */
export type CopiedTable = Exclude<keyof Tables, 'account' | 'copy' | 'journal'>
/** Those whose rows the database numbers. */
export type NumberedTable = 'assignment' | 'decision' | 'inbox' | 'request' | 'operator_act' | 'policy_version'

interface Copied {
  /** What tells an account's rows apart, in the order in which they are read. */
  readonly key: string
  /** Columns with numbers of rows, and the table that has those rows. */
  readonly numbers: Readonly<Record<string, NumberedTable>>
}

const NONE = {}

/** A table that is missing here does not compile, so that none is forgotten in a move. */
const COPIED: Readonly<Record<CopiedTable, Copied>> = {
  department: { key: 'id', numbers: NONE },
  department_member: { key: 'department_id, agent_id', numbers: NONE },
  agent: { key: 'id', numbers: NONE },
  customer: { key: 'customer_id', numbers: NONE },
  customer_agent: { key: 'customer_id', numbers: NONE },
  event: { key: 'id', numbers: NONE },
  chat: { key: 'id', numbers: NONE },
  assignment: { key: 'id', numbers: { id: 'assignment' } },
  decision: { key: 'id', numbers: { id: 'decision', assignment_id: 'assignment' } },
  request: { key: 'id', numbers: { id: 'request' } },
  inbox: { key: 'id', numbers: { id: 'inbox' } },
  operator_act: { key: 'id', numbers: { id: 'operator_act' } },
  policy_version: { key: 'id', numbers: { id: 'policy_version' } },
  policy: { key: 'version', numbers: NONE },
}

export const COPIED_TABLES = Object.entries(COPIED) as readonly (readonly [CopiedTable, Copied])[]
export const NUMBERED_TABLES = [
  'assignment',
  'decision',
  'request',
  'inbox',
  'operator_act',
  'policy_version',
] as const satisfies NumberedTable[]

/** By how much the numbers of an account's rows differ in the database that it moves into. */
export type Shifts = Readonly<Record<NumberedTable, number>>
