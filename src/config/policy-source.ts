import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { ConfigError } from './config.ts'
import type { Check, Clock } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'
import { loadPlugins } from './plugins.ts'
import { createPolicy } from '../routing/policy.ts'

const LOOK_EVERY_MS = 500

/** The rules in force: from the environment, and from the routing file as it is now. */
export interface PolicySource {
  /** @throws Error as long as none could be read */
  current(): Policy
  /** Whether there are any: a broken file at the start may be mended later. */
  isReadable(): boolean
  /** Calls `listener` when other rules have come into force; the answer ends that. */
  onChange(listener: () => void): () => void
  /** Reads the file now. */
  reload(): Promise<void>
  check(): Check
  /** The routing file that is in force, or `null` where there is none. */
  text(): string | null
  /** Why the file's last change was refused, or `null`. */
  refusal(): string | null
  /** What another routing file would be, or all that is wrong with it. */
  tryText(text: string): Promise<Policy | string>
  close(): void
}

export interface PolicySettings {
  readonly rules: string | null
  readonly agentCapacity: number | null
  /** The routing file, or `null` for none. */
  readonly path: string | null
  /** Modules with rules, or `null` for none. */
  readonly plugins: string | null
  /** Goes on with a file that is broken at the start, and waits for it to be mended: others do not depend on it. */
  readonly isPatient?: boolean
}

/**
 * Reads the routing file, and reads it again when it changes. It is looked at twice a second: files that are mounted or linked
 * change without a word.
 * @throws ConfigError with all that is wrong with it
 */
export async function openPolicySource(
  settings: PolicySettings,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<PolicySource> {
  let digest: string | null = null
  let policy: Policy | null = null
  let refusal: string | null = null
  let textInForce: string | null = null
  let isClosed = false
  let cancelTimer = (): void => undefined
  const listeners = new Set<() => void>()

  /** @returns whether the file is another than it was */
  async function read(): Promise<boolean> {
    let made: Policy | string
    let digestNow = 'unreadable'
    try {
      const text = await readText(settings.path)
      digestNow = createHash('sha256')
        .update(text ?? '')
        .digest('hex')
      if (digestNow === digest) return false
      made = await makePolicy(settings, text)
      if (typeof made !== 'string') textInForce = text
    } catch (error) {
      if (digestNow === digest) return false
      made = (error as Error).message
    }
    digest = digestNow
    refusal = typeof made === 'string' ? made : null
    if (typeof made !== 'string') policy = made
    return true
  }

  function tellRefusal(): void {
    const rest = policy === null ? 'nobody is given a chat until it is mended' : 'the one before stays in force'
    logger.error({ reason: refusal }, `routing file refused: ${rest}`)
  }

  async function reload(): Promise<void> {
    if (!(await read())) return
    if (refusal !== null) return tellRefusal()
    logger.info({ policy: policy?.version }, 'routing file read, and in force')
    for (const listener of listeners) listener()
  }

  function look(): void {
    if (!isClosed) cancelTimer = clock.after(LOOK_EVERY_MS, () => void reload().finally(look))
  }

  await read()
  if (refusal !== null && settings.isPatient !== true) throw new ConfigError(refusal)
  if (refusal !== null) tellRefusal()
  if (settings.path !== null) look()

  return {
    current() {
      if (policy === null) throw new Error('no rules could be read')
      return policy
    },
    isReadable: () => policy !== null,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reload,
    text: () => textInForce,
    refusal: () => refusal,
    tryText: (text) => makePolicy({ ...settings, path: settings.path ?? 'checked' }, text),
    check() {
      if (policy === null) return { name: 'routing', ok: false, detail: refusal ?? 'never read' }
      const detail = refusal === null ? `in force: ${policy.version}` : `last change refused: ${refusal}`
      return { name: 'routing', ok: true, detail }
    },
    close() {
      isClosed = true
      cancelTimer()
    },
  }
}

/**
 * Reads the rules once.
 * @returns the policy, or all that is wrong with it
 */
export async function readPolicy(settings: PolicySettings): Promise<Policy | string> {
  return makePolicy(settings, await readText(settings.path))
}

/** @param text of the routing file; `null` where there is none */
async function makePolicy(given: PolicySettings, text: string | null): Promise<Policy | string> {
  const plugins = given.plugins === null ? [] : await loadPlugins(given.plugins)
  if (typeof plugins === 'string') return `ROUTING_PLUGINS: ${plugins}`
  const settings = { ...given, plugins }
  if (text === null) {
    const policy = createPolicy(settings)
    return typeof policy === 'string' ? `ROUTING_RULES: ${policy}` : policy
  }
  // Only who has a routing file pays for reading YAML: some ten megabytes.
  const { readRoutingFile } = await import('../routing/read-file.ts')
  const file = readRoutingFile(text)
  if (Array.isArray(file)) return `routing file ${given.path}: ${file.join('; ')}`
  const policy = createPolicy({ ...settings, file })
  return typeof policy === 'string' ? `routing file ${given.path}: rules: ${policy}` : policy
}

async function readText(path: string | null): Promise<string | null> {
  if (path === null) return null
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`routing file ${path}: cannot be read: ${(error as Error).message}`, { cause: error })
  })
}
