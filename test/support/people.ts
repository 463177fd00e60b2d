import type { Agent, Chat } from '../../src/domain.ts'
import { newChat } from '../../src/store/chat-state.ts'
import { agentId, chatId, departmentId } from './events.ts'

/** An agent with nothing to do, unless said otherwise. */
export function agent(id: number, more: Partial<Agent> & { departments?: number[] } = {}): Agent {
  const { departments = [], ...rest } = more
  return {
    id: agentId(id),
    name: `Agent ${id}`,
    departmentIds: departments.map(departmentId),
    isPaused: false,
    isSetAside: false,
    load: 0,
    turn: 0,
    ...rest,
  }
}

export function chat(id: number, department: number | null = null): Chat {
  return { ...newChat(chatId(id)), departmentId: department === null ? null : departmentId(department), snapshotAt: 1 }
}
