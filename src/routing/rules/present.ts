import { defineFilter } from '../contract.ts'

/**
 * Keeps agents who wrote to a customer lately: HelpCrunch does not say who is online, but an agent who writes is
 * present. Meant as a preference, `present?`, since in a quiet hour no agent writes.
 */
export const present = defineFilter({
  name: 'present',
  keep({ agent }, { settings, now }) {
    const { hereMs } = settings
    if (hereMs === null || (agent.lastActiveAt !== null && agent.lastActiveAt > now - hereMs)) return true
    return `has not written for ${hereMs / 60_000} minutes`
  },
})
