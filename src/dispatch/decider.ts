import type { Logger } from 'pino'
import type { Decision } from '../decision.ts'
import type { AgentId, ChatId } from '../domain.ts'
import type { Exclusions, Step } from '../core/contract.ts'
import { LeaseLost, type AssignmentQueue } from '../store/contract.ts'
import type { ExternalRanking } from './external-ranking.ts'

/** While an endpoint is asked about one chat, another may have come first: it is asked about that one, too, and then no more. */
const MOST_QUESTIONS = 3

/** A step for which no endpoint has to be asked any more. */
export type Decided = Exclude<Step, { kind: 'ask' }>

/** Decides the next assignment that is due. Never throws. */
export type Decide = (
  exclusions: Exclusions,
) => Promise<{ readonly step: Decided; readonly committed: Promise<boolean> } | null | 'store unavailable'>

/**
 * Decides one chat after the other, each on what is true at that moment. Where an external endpoint ranks agents, it is asked
 * between two looks: no commit waits for it.
 */
export function createDecider(parts: { queue: AssignmentQueue; ranking: ExternalRanking; logger: Logger }): Decide {
  const { queue, ranking, logger } = parts

  return async (exclusions) => {
    const answers = new Map<ChatId, readonly AgentId[]>()
    try {
      for (let asked = 0; asked <= MOST_QUESTIONS; asked += 1) {
        const taken = await queue.next(exclusions, (chatId) => (asked === MOST_QUESTIONS ? [] : answers.get(chatId)))
        if (taken === null) return null
        const { step, committed } = taken
        if (step.kind !== 'ask') return { step, committed }
        answers.set(step.chatId, await ranking.ask(step.question))
      }
      return null
    } catch (error) {
      logger[error instanceof LeaseLost ? 'warn' : 'error']({ err: error }, 'no step taken, will be tried again')
      return 'store unavailable'
    }
  }
}

/** A rule that was left out is a mistake that the operator should know of. */
export function reportSkipped(decision: Decision, logger: Logger): Decision {
  for (const { rule, skipped } of decision.steps) {
    if (skipped === undefined) continue
    logger.error({ chatId: decision.chatId, rule, reason: skipped }, 'rule left out of a decision')
  }
  return decision
}
