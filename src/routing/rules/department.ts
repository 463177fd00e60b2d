import { defineFilter } from '../contract.ts'

/**
 * Keeps the members of the chat's department, and of those that its overflow has let in since it waits. A chat without a
 * department may go to anybody.
 */
export const department = defineFilter({
  name: 'department',
  keep({ agent }, { chat, reach: { departmentIds, agentIds, nextAt } }) {
    if (departmentIds === null || agentIds.has(agent.id)) return true
    if (agent.departmentIds.some((id) => departmentIds.has(id))) return true
    return { reason: `not in department ${chat.departmentId}`, until: nextAt }
  },
})
