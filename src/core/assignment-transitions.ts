import type { AssignmentState } from '../domain.ts'
import type { Assignment } from './records.ts'

/**
 * The states that an assignment may go to.
 *
 *               step                200, or a webhook's echo
 *     waiting ────────▶ decided ──────────────────────────▶ assigned
 *       ▲ │                │ │
 *       │ │  had no effect │ │
 *       └─┼────────────────┘ ├──▶ rehearsed   (dry run)
 *         │                  │
 *         ├──────────────────┴──▶ superseded, gone, refused, dead ──▶ replayed (refused and dead only)
 *         └──▶ left   (no agent was eligible in time)
 *
 * Had no effect: HelpCrunch refused the PUT, the PUT never left, or a fetch shows that it was not carried out.
 */
const NEXT: Readonly<Record<AssignmentState, readonly AssignmentState[]>> = {
  waiting: ['decided', 'superseded', 'gone', 'refused', 'dead', 'left'],
  decided: ['waiting', 'assigned', 'rehearsed', 'superseded', 'gone', 'refused', 'dead'],
  refused: ['replayed'],
  dead: ['replayed'],
  assigned: [],
  superseded: [],
  gone: [],
  rehearsed: [],
  left: [],
  replayed: [],
}

/**
 * Moves an assignment to another state.
 * @throws Error for a transition that the table does not list: a mistake in the core
 */
export function moveAssignment(
  assignment: Assignment,
  to: AssignmentState,
  changes: Partial<Assignment> = {},
): Assignment {
  if (!NEXT[assignment.state].includes(to))
    throw new Error(`assignment ${assignment.id} cannot go from ${assignment.state} to ${to}`)
  return { ...assignment, ...changes, state: to }
}
