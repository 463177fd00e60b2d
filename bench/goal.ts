import type { Row } from './section.ts'

/** What a figure should reach: a least or a most. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number }

/** The row with two more columns: the goal, and whether the figure reaches it. */
export function withGoal(row: Row, figure: number, goal: Goal | null): Row {
  return goal === null ? { ...row, goal: '', reached: '' } : { ...row, ...beside(goal, figure) }
}

export function beside(goal: Goal, figure: number): { goal: string; reached: 'yes' | 'no' } {
  const isReached = 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost
  const text =
    'atLeast' in goal ? `at least ${goal.atLeast.toLocaleString('en')}` : `at most ${goal.atMost.toLocaleString('en')}`
  return { goal: text, reached: isReached ? 'yes' : 'no' }
}
