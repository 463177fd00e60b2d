import { defineRank } from '../contract.ts'

/**
 * Prefers the agent whose last assignment is longest ago. An agent who joins is given a place in the middle of the
 * rotation when they are first seen, and keeps it until their turn comes: a newcomer is neither flooded nor forgotten.
 */
export const roundRobin = defineRank({
  name: 'round-robin',
  score({ agent }) {
    return agent.turn
  },
})
