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

/**
 * Reads the routing file, and reads it again when it changes. It is looked at twice a second: files that are mounted or linked
 * change without a word. A change is taken only once it has read the same for a second, since editors and copies write in steps.
 * @throws ConfigError with all that is wrong with it
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

  /** What the file holds now; a file that cannot be read is one that holds why. */
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

  /** What is being written begins empty, and would switch off everything that is set. */
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

  /** Plug-ins have other rules: what the file says may mean something else. */
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

/** Blank lines, comments, and where a document begins or ends. */
function isEmpty(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(#.*|---|\.\.\.)?\s*$/.test(line))
}
