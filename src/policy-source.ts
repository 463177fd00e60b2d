import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { ConfigError } from './config.ts'
import type { Check, Clock } from './domain.ts'
import type { Policy } from './routing/contract.ts'
import { loadPlugins } from './routing/plugins.ts'
import { createPolicy } from './routing/policy.ts'

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
  const first = await readPolicy(settings).catch((error: unknown) => {
    if (settings.isPatient === true && error instanceof ConfigError)
      return { policy: error.message, digest: 'unreadable' }
    throw error
  })
  if (first === null) throw new Error('a file that was never read is unchanged')
  if (typeof first.policy === 'string' && settings.isPatient !== true) throw new ConfigError(first.policy)
  let policy = typeof first.policy === 'string' ? null : first.policy
  let { digest } = first
  let refusal = typeof first.policy === 'string' ? first.policy : null
  if (refusal !== null)
    logger.error({ reason: refusal }, 'routing file refused: nobody is given a chat until it is mended')
  let cancelTimer = (): void => undefined
  const listeners = new Set<() => void>()

  async function reload(): Promise<void> {
    const next = await readPolicy(settings, digest).catch((error: unknown) => ({
      policy: (error as Error).message,
      digest: 'unreadable',
    }))
    if (next === null || next.digest === digest) return
    digest = next.digest
    if (typeof next.policy === 'string') {
      refusal = next.policy
      const rest = policy === null ? 'nobody is given a chat until it is mended' : 'the one before stays in force'
      logger.error({ reason: refusal }, `routing file refused: ${rest}`)
      return
    }
    refusal = null
    policy = next.policy
    logger.info({ policy: policy.version }, 'routing file read, and in force')
    for (const listener of listeners) listener()
  }

  let isClosed = false
  function look(): void {
    if (!isClosed) cancelTimer = clock.after(LOOK_EVERY_MS, () => void reload().finally(look))
  }
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
 * @param knownDigest of the file as it was read before
 * @returns the policy, or what is wrong with it; `null` where the file is as it was
 */
export async function readPolicy(
  given: PolicySettings,
  knownDigest: string | null = null,
): Promise<{ policy: Policy | string; digest: string } | null> {
  const { path } = given
  const text = path === null ? null : await readText(path)
  const digest = text === null ? '' : createHash('sha256').update(text).digest('hex')
  if (digest === knownDigest) return null
  const plugins = given.plugins === null ? [] : await loadPlugins(given.plugins)
  if (typeof plugins === 'string') return { policy: `ROUTING_PLUGINS: ${plugins}`, digest }
  const settings = { ...given, plugins }
  if (text === null) {
    const policy = createPolicy(settings)
    return { policy: typeof policy === 'string' ? `ROUTING_RULES: ${policy}` : policy, digest }
  }
  // Only who has a routing file pays for reading YAML: some ten megabytes.
  const { readRoutingFile } = await import('./routing/read-file.ts')
  const file = readRoutingFile(text)
  if (Array.isArray(file)) return { policy: `ROUTING_FILE: ${path}: ${file.join('; ')}`, digest }
  const policy = createPolicy({ ...settings, file })
  return { policy: typeof policy === 'string' ? `ROUTING_FILE: ${path}: rules: ${policy}` : policy, digest }
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new ConfigError(`ROUTING_FILE: cannot read ${path}: ${(error as Error).message}`, { cause: error })
  })
}
