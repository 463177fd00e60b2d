import type { AgentId, ChatId } from '../../domain.ts'
import type { Input } from '../../core/inputs.ts'
import type { Reads } from '../account/reads.ts'
import type { Task } from '../account/task.ts'
import type { LeftAct } from './leave.ts'

/** Applies an operator's act from the inbox, with the rows that it needs from the tables. */
export async function applyLeftAct(task: Task, reads: Reads, left: LeftAct): Promise<void> {
  switch (left.act) {
    case 'pause':
      await task.apply({ kind: 'act', act: left })
      if (task.inForce.policy.handsOverPaused)
        await forChatsOf(task, left.agentId, (after) => reads.handedOver(left.agentId, after), dueOf)
      return
    case 'replay': {
      const letter = await reads.letter(left.assignmentId)
      if (letter !== null) await task.apply({ kind: 'act', act: { act: 'replay', letter } })
      return
    }
    case 'allow': {
      const { act, agentId, most, since, until } = left
      const allowance = most === null ? null : { left: most - (await countGiven(task, reads, agentId, since)), until }
      await task.apply({ kind: 'act', act: { act, agentId, allowance } })
      return
    }
    case 'hand over': {
      const { act, agentId, chatIds } = left
      const handOver = (ids: readonly ChatId[]): Input => ({ kind: 'act', act: { act, agentId, chatIds: ids } })
      if (chatIds !== null) await task.apply(handOver(chatIds))
      else await forChatsOf(task, agentId, (after) => reads.openOf(agentId, after), handOver)
      return
    }
    case 'resume':
    case 'assign':
    case 'look again':
      await task.apply({ kind: 'act', act: left })
  }
}

function dueOf(chatIds: readonly ChatId[]): Input {
  return { kind: 'due', chatIds }
}

/**
 * Applies inputs to all chats of an agent: first the chats in memory, which may have uncommitted changes, then page by
 * page those in the tables.
 */
async function forChatsOf(
  task: Task,
  agentId: AgentId,
  read: (after: ChatId) => Promise<ChatId[]>,
  inputOf: (chatIds: readonly ChatId[]) => Input,
): Promise<void> {
  const isTheirs = (id: ChatId): boolean => task.state.chats.get(id)?.chat.assigneeId === agentId
  await task.apply(inputOf([...task.state.chats.keys()].filter(isTheirs)))
  for (let after = 0 as ChatId | undefined; after !== undefined;) {
    await task.reserveIds()
    const chatIds = await read(after)
    if (chatIds.length > 0) await task.apply(inputOf(chatIds))
    after = chatIds.at(-1)
  }
}

/** The chats that the agent has got since then, including those that are about to be assigned. */
async function countGiven({ state }: Task, reads: Reads, agentId: AgentId, since: number): Promise<number> {
  const isTheirs = (chatId: ChatId): boolean => state.chats.get(chatId)?.open?.agentId === agentId
  return (await reads.givenSince(agentId, since)) + [...state.decided.values()].filter(isTheirs).length
}
