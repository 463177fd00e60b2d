import { defineFilter } from '../contract.ts'

/** Keeps the members of the chat's department. A chat without a department may go to anybody. */
export const department = defineFilter({
  name: 'department',
  keep({ agent }, { chat }) {
    if (chat.departmentId === null || agent.departmentIds.includes(chat.departmentId)) return true
    return `not in department ${chat.departmentId}`
  },
})
