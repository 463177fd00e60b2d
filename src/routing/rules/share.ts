import { defineRank } from '../contract.ts'

/** Nobody is further behind than by one chat: who comes back from leave is not flooded. */
const MOST_BEHIND = 1

/**
 * Prefers whoever is furthest behind their share of new chats: with weights 5, 1 and 1 the order is a, a, b, a, c, a, a,
 * however often the service is restarted.
 */
export const share = defineRank({
  name: 'share',
  score({ agent, weight }, { virtualTime }) {
    return -Math.min(MOST_BEHIND, Number((weight * (virtualTime - agent.pass)).toFixed(9)))
  },
})
