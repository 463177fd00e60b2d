import type { AccountId, Agent, AgentId, ChatId, Clock } from '../../domain.ts'
import { newRecord, isOpen } from '../../core/chat-state.ts'
import type { Replay } from '../../core/contract.ts'
import type { Assignment } from '../../core/records.ts'
import type { Asked, Operator } from '../contract.ts'
import type { InForce } from '../../core/inputs.ts'
import { leaveAct, type AskedAct, type LeftAct } from '../inbox/leave.ts'
import type { Database } from '../schema.ts'
import { readDeadLetters, readHistory } from './history.ts'
import { departmentsOf, toDepartments } from './departments.ts'
import { previewHandOver } from './preview.ts'
import type { Reads } from './reads.ts'
import { toAgentRecord } from './read-rows.ts'

/**
 * What people see and do, on any instance: reads query the tables, and acts go into the inbox.
 * @param answer runs a query, and turns the database's refusals into `StoreUnavailable`
 * @param onLeft notifies the deciding instance
 */
export function createOperator(parts: {
  db: Database
  accountId: AccountId
  reads: Reads
  answer: <T>(work: () => Promise<T>) => Promise<T>
  onLeft: () => void
  inForce: () => InForce
  clock: Clock
}): Operator {
  const { db, accountId, reads, answer } = parts

  async function leave(act: LeftAct): Promise<void> {
    await answer(() => leaveAct(db, accountId, act))
    parts.onLeft()
  }

  async function listAgents(): Promise<Agent[]> {
    const [agents, members] = await Promise.all([reads.agents(), reads.members()])
    const departmentIds = departmentsOf(members)
    return agents
      .filter(({ is_listed }) => is_listed === 1)
      .map((row) => toAgentRecord(row, departmentIds(row.id)).agent)
  }

  /** Foresees the result of a replay from the tables. The deciding instance checks again. */
  async function foresee(letter: Assignment): Promise<Replay> {
    const [record = newRecord(letter.chatId)] = await reads.chats([letter.chatId])
    if (record.open !== null) return 'the chat waits for an agent already'
    if (!isOpen(record.chat)) return 'the chat is closed'
    return record.chat.assigneeId === null ? 'replayed' : 'an agent has the chat'
  }

  async function isKnown(agentId: AgentId): Promise<boolean> {
    return (await reads.agents()).some(({ id }) => id === agentId)
  }

  async function objectionTo(chatId: ChatId, act: AskedAct): Promise<Asked> {
    const [record] = await reads.chats([chatId])
    if (record === undefined) return 'there is no record of this chat'
    const { chat } = record
    if (!isOpen(chat)) return 'the chat is closed'
    if (act.act === 'look again') return chat.assigneeId === null ? 'done' : 'an agent has the chat'
    return 'agentId' in act && chat.assigneeId === act.agentId ? 'the agent has the chat already' : 'done'
  }

  return {
    async pauseAgent(agentId, until) {
      if (!(await isKnown(agentId))) return 'no such agent'
      await leave(until === null ? { act: 'resume', agentId } : { act: 'pause', agentId, until })
      return 'done'
    },
    listAgents,
    async listDepartments() {
      const [departments, members] = await Promise.all([reads.departments(), reads.members()])
      return toDepartments(departments, members)
    },
    async countOpen() {
      const { waiting, decided } = await reads.account()
      return { waiting, decided }
    },
    explain: (chatId) => answer(() => readHistory(db, accountId, chatId)),
    listDeadLetters: (limit, before) => answer(() => readDeadLetters(db, accountId, limit, before)),
    async replay(id) {
      const letter = await reads.letter(id)
      if (letter === null || (letter.state !== 'dead' && letter.state !== 'refused')) return 'no such dead letter'
      const result = await foresee(letter)
      if (result === 'replayed') await leave({ act: 'replay', assignmentId: id })
      return result
    },
    async ask(act) {
      if ('agentId' in act && !(await isKnown(act.agentId))) return 'no such agent'
      const objection = 'chatId' in act ? await objectionTo(act.chatId, act) : 'done'
      if (objection === 'done') await leave(act)
      return objection
    },
    previewHandOver: (agentId) => answer(() => previewHandOver(parts, agentId)),
  }
}
