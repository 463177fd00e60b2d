import { defineRank } from '../contract.ts'

/**
 * Prefers the agent whose last assignment is longest ago. A new agent starts in the middle of the rotation and keeps
 * that place until the first assignment, so a newcomer is neither flooded nor forgotten.
 */
export const roundRobin = defineRank({
  name: 'round-robin',
  score({ agent }) {
    return agent.turn
  },
})
