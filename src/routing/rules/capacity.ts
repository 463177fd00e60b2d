import { defineFilter } from '../contract.ts'

/** Keeps those who have room for another chat. Without a capacity there is always room. */
export const capacity = defineFilter({
  name: 'capacity',
  keep({ agent, capacity: limit }) {
    return limit === null || agent.load < limit ? true : `at capacity (${agent.load}/${limit})`
  },
})
