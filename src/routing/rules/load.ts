import { defineRank } from '../contract.ts'

/**
 * Prefers agents with the least load: the used share of their capacity, or, without a capacity, the number of chats.
 */
export const load = defineRank({
  name: 'load',
  score({ agent, capacity }) {
    return capacity === null ? agent.load : agent.load / capacity
  },
})
