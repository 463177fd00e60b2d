import type { AgentId, ChatSnapshot, DepartmentId } from '../domain.ts'
import { asId, asObject, asText, asTime, isObject, type Json } from './fields.ts'

/** Until an event says otherwise: the end of time that a JavaScript date can hold. */
export const INDEFINITELY = 8.64e15

/** The chat object of a webhook or of an API answer. A key that is absent stays unsaid; one that is `null` says "none". */
export function readSnapshot(chat: Json): ChatSnapshot {
  return {
    status: asText(chat.status) ?? undefined,
    departmentId: readReference<DepartmentId>(chat, 'department'),
    assigneeId: readReference<AgentId>(chat, 'assignee'),
    snoozedUntil: 'snoozedUntil' in chat ? asTime(chat.snoozedUntil) : undefined,
  }
}

/** `{"assignee": {"id": 5}}`, and the bare id that one public consumer met. */
function readReference<Id extends number>(chat: Json, key: string): Id | null | undefined {
  if (!(key in chat)) return undefined
  const value = chat[key]
  return asId<Id>(isObject(value) ? asObject(value).id : value)
}
