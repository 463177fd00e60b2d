import { defineFilter } from '../contract.ts'

/**
 * Keeps only the agent who had this customer last, if they are still among the candidates. If not, but they are there and
 * only busy, the chat waits for them as long as the routing file says. Everybody else's chats pass this rule by.
 */
export const sticky = defineFilter({
  name: 'sticky',
  keep({ agent }, { lastAgent, isCandidate, settings, now, waitingSince }) {
    if (lastAgent === null || now - lastAgent.at > settings.sticky.forgetAfterMs) return true
    if (agent.id === lastAgent.agentId) return true
    if (isCandidate(lastAgent.agentId)) {
      return { reason: 'not the customer’s last agent', until: null, isThisChat: true }
    }
    const until = waitingSince + settings.sticky.waitMs
    return lastAgent.isPresent && now < until
      ? { reason: 'waits for the customer’s last agent', until, isThisChat: true }
      : true
  },
})
