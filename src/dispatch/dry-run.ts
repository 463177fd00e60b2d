import type { Logger } from 'pino'
import type { AgentId, ChatId } from '../domain.ts'
import type { AssignmentQueue, Operator } from '../store/contract.ts'

/** In a dry run, logs for each chat that others assigned whether its agent was our choice, too. */
export function compareDryRun({
  store,
  logger,
}: {
  store: Pick<AssignmentQueue & Operator, 'explain' | 'onChange'>
  logger: Logger
}): void {
  let compared = 0
  let same = 0

  async function compare(chatId: ChatId, agentId: AgentId): Promise<void> {
    const history = await store.explain(chatId)
    const last = history?.assignments.findLast(({ state }) => state === 'rehearsed')
    if (last === undefined || last.agentId === null) return
    compared += 1
    if (last.agentId === agentId) same += 1
    const fact = { chatId, agentId, wouldHaveBeen: last.agentId, isSame: last.agentId === agentId, same, compared }
    logger.info(fact, 'assigned in fact: compared with what we would have done')
  }

  store.onChange(({ taken }) => {
    for (const { chatId, agentId } of taken) {
      compare(chatId, agentId).catch((error: unknown) => logger.error({ err: error, chatId }, 'not compared'))
    }
  })
}
