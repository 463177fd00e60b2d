import type { AgentId, ChatSnapshot, CreatedWith, DepartmentId } from '../domain.ts'
import { readAgentReference, readAgentReferences } from './agent.ts'
import { asFlag, asId, asObject, asText, asTime, isObject, type Json } from './fields.ts'
import { readStatus } from './status.ts'

/** Until an event says otherwise: the last moment that a JavaScript date can hold. */
export const INDEFINITELY = 8.64e15

const CREATED_WITH: readonly CreatedWith[] = ['public_api', 'broadcast_reply', 'agent_message', 'customer_message']
const MAX_NAME_LENGTH = 100
/** More agents than write in one chat. */
const MAX_COMMUNICATED_AGENTS = 50

/** Reads the chat object of a webhook or an API answer. A missing key stays `undefined`; `null` means "none". */
export function readSnapshot(chat: Json): ChatSnapshot {
  const assignee = 'assignee' in chat ? readAgentReference(chat.assignee) : undefined
  return {
    status: readStatus(chat.status),
    departmentId: readDepartmentId(chat),
    departmentName: asText(asObject(chat.department).name)?.slice(0, MAX_NAME_LENGTH),
    assigneeId: assignee === undefined ? undefined : (assignee?.id ?? null),
    assignee,
    snoozedUntil: 'snoozedUntil' in chat ? asTime(chat.snoozedUntil) : undefined,
    createdWith: readCreatedWith(chat),
    communicatedAgents: readCommunicatedAgents(chat),
    lastCommunicatedAgentId:
      'lastCommunicatedAgentId' in chat ? asId<AgentId>(chat.lastCommunicatedAgentId) : undefined,
    readByAgent: asFlag(chat.readByAgent) ?? undefined,
    lastCustomerMessageAt: 'lastCustomerMessageAt' in chat ? asTime(chat.lastCustomerMessageAt) : undefined,
  }
}

/** Reads how a chat began; `undefined`: not said, or in an undocumented word. */
export function readCreatedWith({ createdWith }: Json): CreatedWith | undefined {
  return CREATED_WITH.find((known) => known === createdWith)
}

/** Reads `{"department": {"id": 5}}`, or the bare id. */
function readDepartmentId(chat: Json): DepartmentId | null | undefined {
  if (!('department' in chat)) return undefined
  const { department } = chat
  return asId<DepartmentId>(isObject(department) ? department.id : department)
}

/** Reads `communicatedAgents`, the ids in a webhook, or `agents`, the agents in an API answer. */
function readCommunicatedAgents({ communicatedAgents, agents }: Json): ChatSnapshot['communicatedAgents'] {
  const told = communicatedAgents ?? agents
  return told === undefined || told === null ? undefined : readAgentReferences(told).slice(0, MAX_COMMUNICATED_AGENTS)
}
