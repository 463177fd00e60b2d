import type { Logger } from 'pino'
import type { PluginAnswer, PluginQuestion } from '../decision.ts'
import type { AssignmentId, Clock } from '../domain.ts'
import type { Exclusions, Step } from '../core/contract.ts'
import type { Advice } from '../core/inputs.ts'
import { LeaseLost, type AssignmentQueue } from '../store/contract.ts'
import type { ExternalRanking } from './external-ranking.ts'

/** An endpoint that answers within this decides one chat after the other: each answer knows of the chats that were given before. */
const PATIENCE_MS = 100
/** So many chats are asked about at once; the next one waits until one of these is answered. */
const MOST_ASKED = 32
/** Answers for chats that needed none in the end are forgotten, the oldest first. */
const MOST_ANSWERS = 1000

/** A step for which nothing has to be asked any more. */
export type Decided = Exclude<Step, { kind: 'ask' | 'ask plug-ins' }>

/**
 * Decides the next assignment that is due. Never throws.
 * @param onAnswered is called when there is more to decide, since a question was answered
 */
export type Decide = (
  exclusions: Exclusions,
  onAnswered: () => void,
) => Promise<{ readonly step: Decided; readonly committed: Promise<boolean> } | null | 'store unavailable'>

/**
 * Decides one chat after the other, each on what is true at that moment. Where plug-ins have rules, or an external endpoint ranks
 * agents, they are asked first. All wait for a plug-in, which has a short deadline; for a slow endpoint only the chat that it was asked
 * about waits.
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

  /** Resolves when the endpoint has answered, or has taken too long for others to wait. */
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
