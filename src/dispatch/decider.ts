import type { Logger } from 'pino'
import type { PluginAnswer, PluginQuestion } from '../decision.ts'
import type { AssignmentId, Clock } from '../domain.ts'
import type { Exclusions, Step } from '../core/contract.ts'
import type { Advice } from '../core/inputs.ts'
import { LeaseLost, type AssignmentQueue } from '../store/contract.ts'
import type { ExternalRanking } from './external-ranking.ts'

/**
 * While the endpoint answers within this time, chats are decided one after the other, so each question knows of the
 * chats assigned before it.
 */
const PATIENCE_MS = 100
/** The most chats that the endpoint is asked about at once; the next chat waits for an answer. */
const MOST_ASKED = 32
/** The most answers that are kept. Answers for chats that no longer need one are dropped, the oldest first. */
const MOST_ANSWERS = 1000

/** A step after all questions to the endpoint and the plug-ins. */
export type Decided = Exclude<Step, { kind: 'ask' | 'ask plug-ins' }>

/**
 * Decides the next assignment that is due. Never throws.
 * @param onAnswered called when an answer has made more chats decidable
 */
export type Decide = (
  exclusions: Exclusions,
  onAnswered: () => void,
) => Promise<{ readonly step: Decided; readonly committed: Promise<boolean> } | null | 'store unavailable'>

/**
 * Decides one chat after the other, each on the state at that moment. The plug-ins and the external endpoint, if
 * configured, are asked first. All chats wait for a plug-in, which has a short deadline; only the chat in question
 * waits for a slow endpoint.
 */
export function createDecider(parts: {
  queue: AssignmentQueue
  ranking: ExternalRanking
  askPlugins: (question: PluginQuestion) => Promise<readonly PluginAnswer[]>
  clock: Clock
  logger: Logger
}): Decide {
  const { queue, ranking, clock, logger } = parts
  const asking = new Set<AssignmentId>()
  const answers = new Map<AssignmentId, Advice>()

  function note(id: AssignmentId, advice: Advice): void {
    answers.set(id, { ...answers.get(id), ...advice })
    const [oldest] = answers.keys()
    if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest)
  }

  /** Resolves when the endpoint has answered, or has taken so long that other chats go on. */
  function ask({ assignmentId, question }: Extract<Step, { kind: 'ask' }>, onAnswered: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    asking.add(assignmentId)
    const cancelPatience = clock.after(PATIENCE_MS, resolve)
    void ranking.ask(question).then((agents) => {
      cancelPatience()
      note(assignmentId, { ranking: agents })
      asking.delete(assignmentId)
      resolve()
      onAnswered()
    })
    return promise
  }

  return async (exclusions, onAnswered) => {
    try {
      for (;;) {
        const assignments = new Set([...exclusions.assignments, ...asking])
        const taken = await queue.next({ ...exclusions, assignments }, (id) => answers.get(id) ?? {})
        if (taken === null) return null
        const { step, committed } = taken
        if (step.kind === 'ask plug-ins') {
          note(step.assignmentId, { pluginAnswers: await parts.askPlugins(step.question) })
        } else if (step.kind === 'ask') {
          if (asking.size >= MOST_ASKED) return null
          await ask(step, onAnswered)
        } else {
          answers.delete(step.assignmentId)
          return { step, committed }
        }
      }
    } catch (error) {
      logger[error instanceof LeaseLost ? 'warn' : 'error']({ err: error }, 'no step taken, will be tried again')
      return 'store unavailable'
    }
  }
}
