import type { AccountId, AgentId, ChatId } from '../../domain.ts'
import { HEAD_SIZE } from '../../core/head.ts'
import type { Engine } from '../engines/engine.ts'

/** Queries about one agent's chats. Lists are sorted by chat number, and paged with `after`. */
export interface AgentReads {
  /** The agent's chats that are handed over when the agent is paused. */
  handedOver(agentId: AgentId, after: ChatId): Promise<ChatId[]>
  /** All open chats of the agent. */
  openOf(agentId: AgentId, after: ChatId): Promise<ChatId[]>
  /** How many chats the agent has got since that time. */
  givenSince(agentId: AgentId, since: number): Promise<number>
}

export function createAgentReads(engine: Engine, accountId: AccountId): AgentReads {
  const { place: p } = engine
  const read = <Row>(text: string, ...values: readonly unknown[]) => engine.read<Row>(text, [accountId, ...values])
  const ofAgent = `account_id = ${p(1)} and assignee_id = ${p(2)}`
  const page = `and id > ${p(3)} order by id limit ${HEAD_SIZE}`
  return {
    async handedOver(agentId, after) {
      const text = `select id from chat where ${ofAgent} and hand_over_at is not null ${page}`
      return (await read<{ id: ChatId }>(text, agentId, after)).map(({ id }) => id)
    },
    async openOf(agentId, after) {
      const text = `select id from chat where ${ofAgent} and status not in ('closed', 'gone') ${page}`
      return (await read<{ id: ChatId }>(text, agentId, after)).map(({ id }) => id)
    },
    async givenSince(agentId, since) {
      const text = `select count(*) as chats from assignment
        where account_id = ${p(1)} and agent_id = ${p(2)} and settled_at >= ${p(3)} and state = 'assigned'`
      return (await read<{ chats: number }>(text, agentId, since))[0]?.chats ?? 0
    },
  }
}
