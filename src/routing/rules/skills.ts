import { defineFilter } from '../contract.ts'

/**
 * Keeps agents who have every skill that the chat's labels need. A need is dropped once the chat has waited long
 * enough.
 */
export const skills = defineFilter({
  name: 'skills',
  keep({ agent }, { chat, settings, now, waitingSince }) {
    const has = settings.profileOf(agent.id).skills
    for (const { label, skill, relaxAfterMs } of settings.needs) {
      const until = relaxAfterMs === null ? null : waitingSince + relaxAfterMs
      const isNeeded = chat.labels.includes(label) && (until === null || now < until)
      if (isNeeded && !has.has(skill)) return { reason: `lacks ${skill}`, until }
    }
    return true
  },
})
