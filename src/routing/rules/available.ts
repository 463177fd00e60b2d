import { defineFilter } from '../contract.ts'
import { absenceOf } from '../presence.ts'

/** Keeps those who are there: not paused, on shift, and not known to be away because they let chats pass unanswered. */
export const available = defineFilter({
  name: 'available',
  keep({ agent }, { settings, now, reach }) {
    // An agent that is named for hours without staff gets chats off shift, too.
    const isShiftIgnored = reach.isShiftIgnored || reach.agentIds.has(agent.id)
    return absenceOf(agent, settings, now, isShiftIgnored) ?? true
  },
})
