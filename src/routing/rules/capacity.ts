import { defineFilter } from '../contract.ts'

/** Keeps those who have room for another chat of this channel. Without a capacity there is always room. */
export const capacity = defineFilter({
  name: 'capacity',
  keep({ agent, capacity: limit }, { settings, chat }) {
    const isFull = limit !== null && agent.load + settings.weightOf(chat.channel) > limit
    return isFull ? `at capacity (${agent.load}/${limit})` : true
  },
})
