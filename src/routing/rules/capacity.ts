import { defineFilter } from '../contract.ts'

/** Keeps agents with room for another chat of this channel. An agent without a capacity always has room. */
export const capacity = defineFilter({
  name: 'capacity',
  keep({ agent, capacity: limit }, { settings, chat }) {
    const isFull = limit !== null && agent.load + settings.weightOf(chat.channel) > limit
    return isFull ? `at capacity (${agent.load}/${limit})` : true
  },
})
