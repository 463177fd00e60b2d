import { defineFilter } from '../contract.ts'
import { isReached } from '../reach.ts'

/**
 * Keeps the members of the chat's department, and of those that its overflow has added since it waits. A chat without a
 * department may go to any agent.
 */
export const department = defineFilter({
  name: 'department',
  keep({ agent }, { chat, reach }) {
    return isReached(agent, reach) || { reason: `not in department ${chat.departmentId}`, until: reach.nextAt }
  },
})
