import type { PluginQuestion } from '../decision.ts'
import type { Clock } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'
import type { PluginFailure, RuleDescription } from './contract.ts'
import type { FailureReport } from './failure-report.ts'
import { DEADLINE_MS, LOAD_DEADLINE_MS, MAX_QUESTIONS, REST_MS, STOP_DEADLINE_MS } from './limits.ts'
import type { RuleAnswer } from './messages.ts'
import { startPluginProcess, type PluginProcess } from './plugin-process.ts'

/** One module of rules: asked in its process, stopped when it fails, started again after a rest. */
export interface PluginHost {
  /** Starts the process. Resolves once its rules are known or it has failed. */
  start(): Promise<void>
  /** @returns the rules' answers, or why there are none */
  ask(question: PluginQuestion, policy: Policy): Promise<readonly RuleAnswer[] | string>
  /** The rules as last loaded; `null`: never loaded. */
  rules(): readonly RuleDescription[] | null
  files(): readonly string[]
  /** Why the module is not asked, or `null`. */
  obstacle(): string | null
  close(): Promise<void>
}

interface Asked {
  readonly answered: Promise<readonly RuleAnswer[] | string>
  readonly answer: (answers: readonly RuleAnswer[] | string) => void
  readonly cancelTimer: () => void
}

/**
 * Creates the host of one module.
 * @param parts.onLoaded called when its rules are known, which may differ from before
 */
export function createPluginHost(parts: {
  path: string
  clock: Clock
  failures: FailureReport
  onLoaded: () => void
}): PluginHost {
  const { path, clock, failures } = parts
  const asked = new Map<number, Asked>()
  let running: PluginProcess | null = null
  let rules: readonly RuleDescription[] | null = null
  let files: readonly string[] = []
  let obstacle: string | null = 'not started'
  let lastId = 0
  let isClosed = false
  let cancelTimer = (): void => undefined

  function start(): Promise<void> {
    if (isClosed) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    cancelTimer()
    cancelTimer = clock.after(LOAD_DEADLINE_MS, () => fail('deadline', `not loaded in ${LOAD_DEADLINE_MS / 1000} s`))
    running = startPluginProcess(path, {
      onLoaded(loaded) {
        cancelTimer()
        ;({ rules, files } = loaded)
        obstacle = null
        parts.onLoaded()
        resolve()
      },
      onAnswer: (id, answers) => settle(id, answers),
      onFailure: fail,
    })
    settleStart = resolve
    return promise
  }
  let settleStart = (): void => undefined

  function settle(id: number, answers: readonly RuleAnswer[] | string): void {
    const question = asked.get(id)
    if (question === undefined) return
    asked.delete(id)
    question.cancelTimer()
    for (const answer of typeof answers === 'string' ? [] : answers)
      if ('skipped' in answer) failures.report('answer', `${answer.rule}: ${answer.skipped}`)
    question.answer(answers)
  }

  function fail(failure: PluginFailure, reason: string): void {
    const stopping = running
    running = null
    obstacle = reason
    failures.report(failure, reason)
    for (const id of asked.keys()) settle(id, reason)
    cancelTimer()
    const stopped = stopping?.stop() ?? Promise.resolve()
    // The next process starts only after this one has ended.
    cancelTimer = clock.after(REST_MS, () => void stopped.then(start))
    settleStart()
  }

  return {
    start,
    ask(question, policy) {
      if (running === null || obstacle !== null) return Promise.resolve(obstacle ?? 'not started')
      if (asked.size >= MAX_QUESTIONS) return Promise.resolve(`has ${MAX_QUESTIONS} questions to answer already`)
      lastId += 1
      const id = lastId
      const { promise, resolve } = Promise.withResolvers<readonly RuleAnswer[] | string>()
      const late = () => fail('deadline', `no answer in ${DEADLINE_MS} ms`)
      asked.set(id, { answered: promise, answer: resolve, cancelTimer: clock.after(DEADLINE_MS, late) })
      running.ask(id, question, policy)
      return promise
    },
    rules: () => rules,
    files: () => files,
    obstacle: () => obstacle,
    async close() {
      isClosed = true
      cancelTimer()
      obstacle ??= 'closed'
      // Open questions may still be answered, each within its deadline.
      await Promise.all([...asked.values()].map(({ answered }) => answered))
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const cancel = clock.after(STOP_DEADLINE_MS, resolve)
      await Promise.race([running?.stop(), late])
      cancel()
    },
  }
}
