import { defineRank } from '../contract.ts'

/**
 * Prefers the agent who is owed most by weight: with weights 5, 1 and 1 the order is a, a, b, a, c, a, a, however often the
 * service is restarted.
 */
export const share = defineRank({
  name: 'share',
  score({ agent }, { owed }) {
    // Sums of shares such as a third differ in their last digits, and equals shall tie.
    return -Number((owed.get(agent.id) ?? 0).toFixed(9))
  },
})
