import type { AgentId, AgentReference } from '../domain.ts'
import { asId, asObject, asText, isObject } from './fields.ts'

const MAX_NAME_LENGTH = 100

/**
 * Reads `{"id": 5, "name": "Ann", "role": "agent"}`, or the bare id that one public consumer met; `null` for anything
 * else.
 */
export function readAgentReference(value: unknown): AgentReference | null {
  if (!isObject(value)) {
    const bareId = asId<AgentId>(value)
    return bareId === null ? null : { id: bareId, name: null, role: null }
  }
  const { id, name, role } = asObject(value)
  const agentId = asId<AgentId>(id)
  return agentId === null ? null : { id: agentId, name: asName(name), role: asName(role) }
}

/** Reads a list of agents or of their ids, or the single object that one page of the documentation shows instead. */
export function readAgentReferences(value: unknown): AgentReference[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value]
  return entries.flatMap((entry) => readAgentReference(entry) ?? [])
}

function asName(value: unknown): string | null {
  return asText(value)?.slice(0, MAX_NAME_LENGTH) ?? null
}
