import type { Logger } from 'pino'
import type { PluginAnswer, PluginQuestion } from '../decision.ts'
import type { Clock } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'
import { PLUGIN_FAILURES, type PluginFailure, type Plugins } from './contract.ts'
import { createFailureReport, type FailureReport } from './failure-report.ts'
import { watchFiles } from './file-watch.ts'
import type { RuleAnswer } from './messages.ts'
import { createPluginHost, type PluginHost } from './plugin-host.ts'
import { standInFor } from './stand-in-rule.ts'

/**
 * Loads the modules of ROUTING_PLUGINS, each in a process of its own.
 * @param parts.paths of modules, separated by commas
 * @param parts.takenNames names of existing rules
 * @returns a sentence if a module cannot be loaded, has no rules, or has a rule whose name is taken
 */
export async function openPlugins(parts: {
  paths: string
  takenNames: readonly string[]
  clock: Clock
  logger: Logger
  /** Counts failures, for `/metrics`. */
  meterOfPlugin: (plugin: string, failures: readonly PluginFailure[]) => (failure: PluginFailure) => void
}): Promise<Plugins | string> {
  const { clock, logger } = parts
  const listeners = new Set<() => void>()
  const modules: Module[] = []
  let isOpen = false

  function open(path: string): Module {
    const failures = createFailureReport({ path, clock, logger, count: parts.meterOfPlugin(path, PLUGIN_FAILURES) })
    const module: Module = { path, failures, host: makeHost(path, failures), stopWatching: () => undefined }
    return module
  }

  function makeHost(path: string, failures: FailureReport): PluginHost {
    const host: PluginHost = createPluginHost({
      path,
      clock,
      failures,
      // After a rest a module may have other rules. While it is being opened or reloaded, it is not in force yet.
      onLoaded: () => void (modules.some((module) => module.host === host) && tell()),
    })
    return host
  }

  function tell(): void {
    if (isOpen) for (const listener of listeners) listener()
  }

  function watch(module: Module): void {
    module.stopWatching = watchFiles(module.host.files(), clock, () => void reload(module))
  }

  /** Loads a module again. The old one stays in force until the new one is loaded, and after a failure. */
  async function reload(module: Module): Promise<void> {
    logger.info({ plugin: module.path }, 'plug-in changed, loading it')
    const before = module.host
    const next = makeHost(module.path, module.failures)
    await next.start()
    const problem = next.obstacle() ?? clashOf(next, modules, module, parts.takenNames)
    if (problem !== null || !isOpen) {
      if (problem !== null) logger.error({ plugin: module.path, reason: problem }, REFUSED)
      return next.close()
    }
    module.host = next
    module.stopWatching()
    watch(module)
    logger.info({ plugin: module.path, rules: namesOf(next) }, 'plug-in loaded again, and in force')
    tell()
    await before.close()
  }

  async function close(): Promise<void> {
    isOpen = false
    for (const { stopWatching } of modules) stopWatching()
    await Promise.all(modules.map(({ host }) => host.close()))
  }

  for (const path of parts.paths.split(',').map((part) => part.trim())) {
    const module = open(path)
    modules.push(module)
    await module.host.start()
    const problem = module.host.obstacle() ?? clashOf(module.host, modules, module, parts.takenNames)
    if (problem !== null) {
      await close()
      return `${path}: ${problem}`
    }
    watch(module)
  }
  isOpen = true

  return {
    rules: () => modules.flatMap(({ host }) => (host.rules() ?? []).map(standInFor)),
    async ask(question, policy) {
      const inForce = new Set(policy.rules.map(({ rule }) => rule.name))
      const needed = modules.filter(({ host }) => namesOf(host).some((name) => inForce.has(name)))
      return (await Promise.all(needed.map(({ host }) => askOne(host, question, policy)))).flat()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    check() {
      const stopped = modules.flatMap(({ path, host }) =>
        host.obstacle() === null ? [] : [`${path}: ${host.obstacle()}`],
      )
      // Never fails: the other rules choose agents, and webhooks need not be refused.
      const detail =
        stopped.length === 0 ? 'all answer' : `skipped, and tried again after a minute: ${stopped.join('; ')}`
      return { name: 'plug-ins', ok: true, detail }
    },
    close,
  }
}

const REFUSED = 'plug-in changed, and refused: the one before stays in force'

interface Module {
  readonly path: string
  readonly failures: FailureReport
  host: PluginHost
  stopWatching: () => void
}

async function askOne(host: PluginHost, question: PluginQuestion, policy: Policy): Promise<PluginAnswer[]> {
  const answers = await host.ask(question, policy)
  if (typeof answers !== 'string') return answers.map((answer) => toAnswer(answer, question))
  return (host.rules() ?? []).map(({ name }) => ({ rule: name, kind: 'skipped', reason: answers }))
}

/** Converts an answer, whose values are in the order of the candidates. */
function toAnswer(answer: RuleAnswer, { candidates }: PluginQuestion): PluginAnswer {
  const { rule } = answer
  if ('skipped' in answer) return { rule, kind: 'skipped', reason: answer.skipped }
  const byAgent = <T>(values: readonly T[]) =>
    candidates.slice(0, values.length).map(({ agent }, place) => [agent.id, values[place] as T] as const)
  return 'verdicts' in answer
    ? { rule, kind: 'filter', byAgent: byAgent(answer.verdicts) }
    : { rule, kind: 'rank', byAgent: byAgent(answer.scores) }
}

/**
 * Checks the names of a module's rules.
 * @returns the mistake, or `null`
 */
function clashOf(host: PluginHost, modules: readonly Module[], own: Module, taken: readonly string[]): string | null {
  const others = modules.filter((module) => module !== own)
  const seen = new Set([...taken, ...others.flatMap((module) => namesOf(module.host))])
  const clash = namesOf(host).find((name) => seen.has(name) || !seen.add(name))
  return clash === undefined ? null : `there is a rule "${clash}" already`
}

function namesOf(host: PluginHost): string[] {
  return (host.rules() ?? []).map(({ name }) => name)
}
