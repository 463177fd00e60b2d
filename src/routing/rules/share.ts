import { defineRank } from '../contract.ts'

/**
 * Prefers the agent who is owed most by weight: with weights 5, 1 and 1 the order is a, a, b, a, c, a, a, however often
 * the service restarts.
 */
export const share = defineRank({
  name: 'share',
  score({ agent }, { owed }) {
    // Sums of fractions such as thirds differ in their last digits, but equal credits must tie.
    return -Number((owed.get(agent.id) ?? 0).toFixed(9))
  },
})
