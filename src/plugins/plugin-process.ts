import { fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { PluginQuestion } from '../decision.ts'
import type { Policy } from '../routing/contract.ts'
import type { PluginFailure } from './contract.ts'
import { MAX_HEAP_MB } from './limits.ts'
import type { FromChild, RuleAnswer, ToChild } from './messages.ts'

/**
 * One run of a module in a process of its own, without the environment and with bounded memory. Not in a thread: a
 * thread whose heap is full, or that native code blocks, cannot be ended, and keeps the whole process from ending (seen
 * with Node 26.10).
 */
export interface PluginProcess {
  /** Sends a question; the answer arrives through `onAnswer`. */
  ask(id: number, question: PluginQuestion, policy: Policy): void
  /** Kills the process, whatever it is doing. Resolves once it has ended. */
  stop(): Promise<void>
}

export interface ProcessEvents {
  onLoaded(loaded: Extract<FromChild, { kind: 'loaded' }>): void
  onAnswer(id: number, answers: readonly RuleAnswer[]): void
  /** Called at most once, when the process ended or the module could not be loaded. */
  onFailure(failure: PluginFailure, reason: string): void
}

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url))

/** Starts the process. */
export function startPluginProcess(path: string, events: ProcessEvents): PluginProcess {
  const cache = getCompileCacheDir()
  const child = fork(CHILD, [path], {
    // Not the service's environment, which has the keys.
    env: cache === undefined ? {} : { NODE_COMPILE_CACHE: cache },
    execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`, '--max-semi-space-size=4'],
    // Output of a rule would get between the lines of the log.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'json',
  })
  const known = new Set<string>()
  const ended = new Promise<void>((resolve) => void child.once('exit', resolve).once('error', resolve))
  let hasEnded = false

  child.on('message', (message: FromChild) => {
    if (hasEnded) return
    if (message.kind === 'loaded') events.onLoaded(message)
    else if (message.kind === 'answer') events.onAnswer(message.id, message.answers)
    else end(message.failure, message.reason)
  })
  child.on('error', ({ message }) => end('error', message))
  child.on('exit', (code, signal) => {
    // V8 aborts when its heap is full; the system kills a process when memory is full.
    const isMemory = signal === 'SIGABRT' || signal === 'SIGKILL'
    end(
      isMemory ? 'memory' : 'exit',
      isMemory ? `needs more than ${MAX_HEAP_MB} MB of memory` : `ended with ${code ?? signal}`,
    )
  })

  function end(failure: PluginFailure, reason: string): void {
    if (hasEnded) return
    hasEnded = true
    events.onFailure(failure, reason)
  }

  function send(message: ToChild): void {
    // The `exit` event reports a process that has just ended.
    if (child.connected) child.send(message, () => undefined)
  }

  return {
    ask(id, question, policy) {
      if (!known.has(policy.version)) {
        known.add(policy.version)
        const { file, agentCapacity, botAgentIds } = policy.settings
        send({ kind: 'settings', policy: policy.version, file, agentCapacity, botAgentIds })
      }
      send({ kind: 'ask', id, policy: policy.version, question })
    },
    stop() {
      hasEnded = true
      child.kill('SIGKILL')
      return ended
    },
  }
}
