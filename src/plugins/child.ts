import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { createSettings, type Settings } from '../routing/settings.ts'
import type { PluginFailure } from './contract.ts'
import { evaluate } from './evaluate.ts'
import { loadRules } from './load-rules.ts'
import { MAX_PROCESS_MB, MAX_WATCHED_FILES } from './limits.ts'
import type { FromChild, ToChild } from './messages.ts'

/** The most policies whose settings are kept: one for each account that has plug-ins. */
const MAX_POLICIES = 1000
const MAX_REASON_LENGTH = 300
const MB = 1024 * 1024

const [, , path = ''] = process.argv
const settingsOf = new Map<string, Settings>()
const files = new Set<string>()

process.on('uncaughtException', (error) => fail('error', error))
process.on('disconnect', () => process.exit())
// A terminal sends SIGINT to the service and its children alike; the service ends them when it is done.
process.on('SIGINT', () => undefined)
// A rule that never returns blocks all messages, even the end of the service; this thread notices it.
new Worker(new URL('orphan-watch.ts', import.meta.url), { workerData: process.ppid }).unref()

// Collects the module's files, so that a change of any of them is noticed.
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context)
    const isOwn = resolved.url.startsWith('file:') && !resolved.url.includes('/node_modules/')
    if (isOwn && files.size < MAX_WATCHED_FILES) files.add(fileURLToPath(resolved.url))
    return resolved
  },
})

try {
  const rules = await loadRules(path)
  process.on('message', (message: ToChild) => {
    if (message.kind === 'settings') {
      if (settingsOf.size >= MAX_POLICIES) settingsOf.clear()
      settingsOf.set(message.policy, createSettings(message.file, message.agentCapacity, message.botAgentIds))
      return
    }
    const settings = settingsOf.get(message.policy) ?? createSettings({}, null)
    send({ kind: 'answer', id: message.id, answers: evaluate(rules, message.question, settings) })
    // V8's limit covers its heap, but not buffers.
    if (process.memoryUsage.rss() > MAX_PROCESS_MB * MB)
      fail('memory', new Error(`needs more than ${MAX_PROCESS_MB} MB of memory`))
  })
  send({ kind: 'loaded', rules: rules.map(({ name, kind }) => ({ name, kind })), files: [...files] })
} catch (error) {
  fail('error', error)
}

function fail(failure: PluginFailure, error: unknown): void {
  process.send?.({ kind: 'failed', failure, reason: describe(error) } satisfies FromChild, () => process.exit(1))
}

function describe(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON_LENGTH)
}

function send(message: FromChild): void {
  process.send?.(message)
}
