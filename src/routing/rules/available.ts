import { defineFilter } from '../contract.ts'
import { absenceOf } from '../presence.ts'

/** Keeps those who are there: not paused, on shift, and not known to be away because they let chats pass unanswered. */
export const available = defineFilter({
  name: 'available',
  keep({ agent }, { settings, now, reach }) {
    return absenceOf(agent, settings, now, reach.isShiftIgnored) ?? true
  },
})
