import { defineRank } from '../contract.ts'

/** Prefers those with the least to do: the share of their capacity in use, or the number of chats where there is none. */
export const load = defineRank({
  name: 'load',
  score({ agent, capacity }) {
    return capacity === null ? agent.load : agent.load / capacity
  },
})
