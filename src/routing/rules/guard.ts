import { defineFilter } from '../contract.ts'

/**
 * Keeps agents who have not just got several chats: the first agent in the morning does not get all chats of the night.
 */
export const guard = defineFilter({
  name: 'guard',
  keep({ agent }, { settings, now }) {
    if (settings.guard === null) return true
    const { chats, windowMs } = settings.guard
    const decisive = agent.recentAt.filter((at) => at <= now).at(-chats)
    if (decisive === undefined || decisive <= now - windowMs) return true
    return { reason: `had ${chats} new chats in the last ${windowMs / 60_000} minutes`, until: decisive + windowMs }
  },
})
