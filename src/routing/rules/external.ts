import { defineRank } from '../contract.ts'

/**
 * Prefers the agent that the operator's endpoint names first. The endpoint is asked once per decision, about the agents
 * that the rules before this one left. Without an answer in time, the other rules decide.
 */
export const external = defineRank({
  name: 'external',
  score({ agent }, { advice }) {
    const place = advice.indexOf(agent.id)
    return place < 0 ? advice.length : place
  },
})
