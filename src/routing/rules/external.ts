import { defineRank } from '../contract.ts'

/**
 * Prefers the agent that an endpoint of yours names first. It is asked once per decision, about those that the rules before this one
 * have left; if it says nothing, or not in time, the other rules decide.
 */
export const external = defineRank({
  name: 'external',
  score({ agent }, { advice }) {
    const place = advice.indexOf(agent.id)
    return place < 0 ? advice.length : place
  },
})
