import { defineFilter } from '../contract.ts'

/** Keeps those who are not paused. */
export const available = defineFilter({
  name: 'available',
  keep({ agent }) {
    return agent.isPaused ? 'paused' : true
  },
})
