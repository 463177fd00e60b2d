/** What a figure should reach: a least or a most. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number }

/** The last columns of a row: the goal, and whether the figure reaches it. */
export function beside(goal: Goal | null, figure: number): { goal: string; reached: string } {
  if (goal === null) return { goal: '', reached: '' }
  const isReached = 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost
  const text =
    'atLeast' in goal ? `at least ${goal.atLeast.toLocaleString('en')}` : `at most ${goal.atMost.toLocaleString('en')}`
  return { goal: text, reached: isReached ? 'yes' : 'no' }
}
