import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { ConfigError } from './config.ts'
import type { Check, Clock } from '../domain.ts'
import type { Policy } from '../routing/contract.ts'
import { readPolicy, type PolicySettings } from './read-policy.ts'
import { readRoutingText } from './routing-text.ts'

const LOOK_EVERY_MS = 500
const SETTLED_MS = 1000
const REPLACED =
  'routing file replaced from outside, and this process still sees the old one; where the file alone is mounted into a container, mount its directory instead'

/** The policy in force, from the environment and the routing file's present content. */
export interface PolicySource {
  /** @throws Error while no policy could be read */
  current(): Policy
  /** Whether there is a policy: a file that is broken at the start may be repaired later. */
  isReadable(): boolean
  /** Calls `listener` when a new policy is in force; returns a function that removes it. */
  onChange(listener: () => void): () => void
  /** Reads the file now. */
  reload(): Promise<void>
  check(): Check
  /** The routing file's text in force, or `null` if there is none. */
  text(): string | null
  /** Why the file's last change was refused, or `null`. */
  refusal(): string | null
  /** Makes a policy from another routing file, or returns all its mistakes. */
  tryText(text: string): Promise<Policy | string>
  close(): void
}

/**
 * Reads the routing file, and again when it changes. It is polled twice a second, because mounted or linked files
 * change without a notice. A change counts once the content has been the same for a second, since editors and copies
 * write in steps.
 * @throws ConfigError with all mistakes in the file
 */
export async function openPolicySource(
  settings: PolicySettings,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<PolicySource> {
  let judged: string | null = null
  let unsettled: { readonly digest: string; readonly since: number } | null = null
  let policy: Policy | null = null
  let refusal: string | null = null
  let textInForce: string | null = null
  let isReplaced = false
  let isClosed = false
  let cancelTimer = (): void => undefined
  const listeners = new Set<() => void>()

  /** Reads the file; one that cannot be read counts as having the error as its content. */
  async function readFile(): Promise<{ text: string | Error | null; digest: string }> {
    if (settings.path === null) return { text: null, digest: 'none' }
    try {
      const read = await readRoutingText(settings.path)
      noteReplaced(read.isReplaced)
      return { text: read.text, digest: createHash('sha256').update(read.text).digest('hex') }
    } catch (error) {
      return { text: error as Error, digest: (error as Error).message }
    }
  }

  function noteReplaced(isReplacedNow: boolean): void {
    if (isReplacedNow && !isReplaced) logger.warn({ path: settings.path }, REPLACED)
    isReplaced = isReplacedNow
  }

  async function judge(text: string | Error | null, digest: string): Promise<void> {
    const made = text instanceof Error ? text.message : (refuseEmpty(text) ?? (await readPolicy(settings, text)))
    judged = digest
    unsettled = null
    refusal = typeof made === 'string' ? made : null
    if (typeof made === 'string') return
    policy = made
    textInForce = text instanceof Error ? null : text
  }

  /** Refuses an empty file: a file that is being written starts empty, and would switch off all settings. */
  function refuseEmpty(text: string | null): string | null {
    const isFuller = policy !== null && Object.keys(policy.settings.file).length > 0
    if (!isFuller || text === null || !isEmpty(text)) return null
    return `routing file ${settings.path}: is empty; where it shall say nothing, write {}`
  }

  function tell(): void {
    if (refusal !== null) return tellRefusal()
    logger.info({ policy: policy?.version }, 'routing file read, and in force')
    for (const listener of listeners) listener()
  }

  function tellRefusal(): void {
    const rest = policy === null ? 'no chat is assigned until it is mended' : 'the one before stays in force'
    logger.error({ reason: refusal }, `routing file refused: ${rest}`)
  }

  async function reload(): Promise<void> {
    const { text, digest } = await readFile()
    if (digest === judged) return
    await judge(text, digest)
    tell()
  }

  /** Reads the file again after plug-ins changed their rules, which may change its meaning. */
  async function judgeAgain(): Promise<void> {
    const { text, digest } = await readFile()
    await judge(text, digest)
    tell()
  }

  async function look(): Promise<void> {
    const { text, digest } = await readFile()
    if (digest === judged) unsettled = null
    else if (unsettled?.digest !== digest) unsettled = { digest, since: clock.monotonic() }
    else if (clock.monotonic() - unsettled.since >= SETTLED_MS) {
      await judge(text, digest)
      tell()
    }
  }

  function lookLater(): void {
    if (!isClosed) cancelTimer = clock.after(LOOK_EVERY_MS, () => void look().finally(lookLater))
  }

  const first = await readFile()
  await judge(first.text, first.digest)
  if (refusal !== null && settings.isPatient !== true) throw new ConfigError(refusal)
  if (refusal !== null) tellRefusal()
  if (settings.path !== null) lookLater()
  const stopListening = settings.plugins?.onChange(() => void judgeAgain())

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
    tryText: (text) => readPolicy({ ...settings, path: settings.path ?? 'checked' }, text),
    check() {
      if (policy === null) return { name: 'routing', ok: false, detail: refusal ?? 'never read' }
      const problem = refusal === null ? (isReplaced ? REPLACED : null) : `last change refused: ${refusal}`
      const detail = problem ?? `in force: ${policy.version}`
      return { name: 'routing', ok: true, detail }
    },
    close() {
      isClosed = true
      stopListening?.()
      cancelTimer()
    },
  }
}

/** Whether a text has only blank lines, comments, and marks of the start or end of a document. */
function isEmpty(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(#.*|---|\.\.\.)?\s*$/.test(line))
}
