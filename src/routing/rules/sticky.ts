import { defineFilter } from '../contract.ts'

/**
 * Keeps only the agent of the customer's last chat, if still a candidate. If that agent is present but busy, the chat
 * waits as long as the routing file says. For other chats this rule keeps all agents.
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
