import type { Logger } from 'pino'
import type { PluginAnswer, PluginQuestion } from '../decision.ts'
import type { ChatId } from '../domain.ts'
import type { Exclusions, Step } from '../core/contract.ts'
import type { Advice } from '../core/inputs.ts'
import { LeaseLost, type AssignmentQueue } from '../store/contract.ts'
import type { ExternalRanking } from './external-ranking.ts'

/** While one chat's question is answered, another may have come first: it is asked about, too, and then no more. */
const MOST_QUESTIONS = 3
/** Every question counts as asked, and was not answered. */
const NO_MORE: Advice = { ranking: [], pluginAnswers: [] }

/** A step for which nothing has to be asked any more. */
export type Decided = Exclude<Step, { kind: 'ask' | 'ask plug-ins' }>

/** Decides the next assignment that is due. Never throws. */
export type Decide = (
  exclusions: Exclusions,
) => Promise<{ readonly step: Decided; readonly committed: Promise<boolean> } | null | 'store unavailable'>

/**
 * Decides one chat after the other, each on what is true at that moment. Where an external endpoint ranks agents, or plug-ins have
 * rules, they are asked between two looks: no commit waits for them.
 */
export function createDecider(parts: {
  queue: AssignmentQueue
  ranking: ExternalRanking
  askPlugins: (question: PluginQuestion) => Promise<readonly PluginAnswer[]>
  logger: Logger
}): Decide {
  const { queue, ranking, logger } = parts

  return async (exclusions) => {
    const known = new Map<ChatId, Advice>()
    const learn = (chatId: ChatId, advice: Advice) => known.set(chatId, { ...known.get(chatId), ...advice })
    try {
      // An endpoint and the plug-ins may both be asked about each chat.
      for (let asked = 0; asked <= 2 * MOST_QUESTIONS; asked += 1) {
        const isLast = asked === 2 * MOST_QUESTIONS
        const taken = await queue.next(exclusions, (chatId) => (isLast ? NO_MORE : (known.get(chatId) ?? {})))
        if (taken === null) return null
        const { step, committed } = taken
        if (step.kind === 'ask') learn(step.chatId, { ranking: await ranking.ask(step.question) })
        else if (step.kind === 'ask plug-ins')
          learn(step.chatId, { pluginAnswers: await parts.askPlugins(step.question) })
        else return { step, committed }
      }
      return null
    } catch (error) {
      logger[error instanceof LeaseLost ? 'warn' : 'error']({ err: error }, 'no step taken, will be tried again')
      return 'store unavailable'
    }
  }
}
