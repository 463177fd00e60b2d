import { defineFilter } from '../contract.ts'
import { absenceOf } from '../presence.ts'

/** Keeps agents who are present: not paused, on shift, and not assumed to be away after missed chats. */
export const available = defineFilter({
  name: 'available',
  keep({ agent }, { settings, now, reach }) {
    // An agent named for hours without staff gets chats off shift, too.
    const isShiftIgnored = reach.isShiftIgnored || reach.agentIds.has(agent.id)
    return absenceOf(agent, settings, now, isShiftIgnored) ?? true
  },
})
