import type { AgentId, ChatId, Department, DepartmentId, FoundChat, Organization, Roster } from '../domain.ts'
import { readAgentReferences } from './agent.ts'
import { readSnapshot } from './chat.ts'
import type { Page } from './contract.ts'
import { readFacts } from './facts.ts'
import { asFlag, asId, asObject, asText, asTime, isObject, type Json } from './fields.ts'

/**
 * Reads the object that a call asked for by id, bare or under `data`; `null` if the answer is about another one, or
 * about none.
 */
export function readAnswerOf<T>(id: number, body: unknown, read: (found: Json) => T): T | null {
  if (!isObject(body)) return null
  const found = isObject(body.data) ? asObject(body.data) : body
  const answeredId = asId(found.id)
  return answeredId === null || answeredId === id ? read(found) : null
}

/** Reads a page of a list. `meta.total` is not read: its place varies, and only a short page proves the end. */
export function readPage<T>(body: unknown, readEntry: (entry: unknown) => T | null): Page<T> | null {
  const { data: entries } = asObject(body)
  if (!Array.isArray(entries)) return null
  return { entries: entries.flatMap((entry) => readEntry(entry) ?? []), size: entries.length }
}

/** Reads a chat of `POST /chats/search`. */
export function readFoundChat(entry: unknown): FoundChat | null {
  const chat = asObject(entry)
  const id = asId<ChatId>(chat.id)
  if (id === null) return null
  return {
    id,
    snapshot: readSnapshot(chat),
    facts: readFacts('search', chat),
    lastCustomerMessageAt: asTime(chat.lastCustomerMessageAt),
  }
}

/** Reads an agent of `GET /agents`. */
export function readAgent(entry: unknown): Roster['agents'][number] | null {
  const { id, name, role } = asObject(entry)
  const agentId = asId<AgentId>(id)
  return agentId === null ? null : { id: agentId, name: asText(name) ?? `agent ${agentId}`, role: asText(role) }
}

/** Reads a department of `GET /departments`; one page of the documentation shows a single agent instead of the list. */
export function readDepartment(entry: unknown): Department | null {
  const { id, name, agents } = asObject(entry)
  const departmentId = asId<DepartmentId>(id)
  if (departmentId === null) return null
  const agentIds = readAgentReferences(agents).map((agent) => agent.id)
  return { id: departmentId, name: asText(name) ?? `department ${departmentId}`, agentIds }
}

/** Reads the answer of `GET /organization`, which is under `data`. */
export function readOrganization(body: unknown): Organization | null {
  if (!isObject(body)) return null
  const { domain, teamOnline, chatEnabled } = isObject(body.data) ? asObject(body.data) : body
  return { domain: asText(domain), teamOnline: asFlag(teamOnline), chatEnabled: asFlag(chatEnabled) }
}
