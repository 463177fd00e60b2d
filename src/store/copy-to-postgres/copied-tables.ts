import type { Tables } from '../schema.ts'

/** All tables with accounts' rows, without the journal: it names assignments by numbers, which the copy changes. */
export type CopiedTable = Exclude<keyof Tables, 'account' | 'copy' | 'journal'>
/** The tables whose rows the database numbers. */
export type NumberedTable = 'assignment' | 'decision' | 'inbox' | 'request' | 'operator_act' | 'policy_version'

interface Copied {
  /** The key of an account's rows, in whose order they are read. */
  readonly key: string
  /** The columns with numbers of rows, each with the table of those rows. */
  readonly numbers: Readonly<Record<string, NumberedTable>>
}

const NONE = {}

/** The type requires every table, so that the copy omits none. */
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

/** The difference between an account's row numbers in the target database and in the source, by table. */
export type Shifts = Readonly<Record<NumberedTable, number>>
