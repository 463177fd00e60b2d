import type { Logger } from 'pino'
import type { Decision, Situation } from '../decision.ts'
import type { AgentId, ChatId } from '../domain.ts'
import { LeaseLost, type Except, type Store, type Turn } from '../store/contract.ts'
import type { Adviser } from './external-ranking.ts'

/** While an endpoint is asked about one chat, another may have come first: it is asked about that one, too, and then no more. */
const MOST_QUESTIONS = 3

/** A turn on which nobody has to be asked any more. */
export type Decided = Exclude<Turn, { kind: 'ask' }>

/** Takes the next assignment that is due, with its decision recorded. Never throws. */
export type Decide = (except: Except) => Promise<Decided | null | 'store unavailable'>

/**
 * Decides one chat after the other, each on what is true at that moment. Where an external endpoint has a say, it is asked
 * between two looks: no transaction waits for it.
 */
export function createDecider(parts: {
  store: Store
  route: (situation: Situation) => Decision
  adviser: Adviser
  logger: Logger
}): Decide {
  const { store, route, adviser, logger } = parts

  return async (except) => {
    const advice = new Map<ChatId, readonly AgentId[]>()
    try {
      for (let asked = 0; asked <= MOST_QUESTIONS; asked += 1) {
        const turn = await store.takeTurn(except, (situation) => {
          const said = asked === MOST_QUESTIONS ? [] : advice.get(situation.chat.id)
          return reportSkipped(route({ ...situation, advice: said }), logger)
        })
        if (turn?.kind !== 'ask') return turn
        advice.set(turn.chatId, await adviser.ask(turn.question))
      }
      return null
    } catch (error) {
      logger[error instanceof LeaseLost ? 'warn' : 'error']({ err: error }, 'no turn taken, will be tried again')
      return 'store unavailable'
    }
  }
}

/** A rule that was left out is a mistake that somebody should know of. */
function reportSkipped(decision: Decision, logger: Logger): Decision {
  for (const { rule, skipped } of decision.steps) {
    if (skipped === undefined) continue
    logger.error({ chatId: decision.chatId, rule, reason: skipped }, 'rule left out of a decision')
  }
  return decision
}
