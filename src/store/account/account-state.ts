import type { AccountId, AssignmentId, ChatId, Clock } from '../../domain.ts'
import { apply } from '../../core/apply.ts'
import type { Applied, Change } from '../../core/contract.ts'
import type { InForce, Input } from '../../core/inputs.ts'
import { toJournalEntry } from '../../core/journal.ts'
import { needsOf } from '../../core/needs.ts'
import type { Batch } from '../commit/batch.ts'
import { ALL_MAY_HAVE_CHANGED } from '../changes.ts'
import { LeaseLost, StoreUnavailable, type Lease } from '../contract.ts'
import { createCommitLoop } from './commit-loop.ts'
import type { Pending } from './pending.ts'
import type { Reads } from './reads.ts'
import { toAccountValues } from './write-rows.ts'
import { factsOf, type AccountFacts, type Task } from './task.ts'
import { loadWorkingSet, type WorkingSet } from './working-set.ts'

/** Holds one account in memory. Tasks change it, one after the other. */
export interface AccountHolder {
  /** Runs a task after those before it. Reads the state first if it is not held. */
  run<T>(task: (tools: Task) => Promise<T>): Promise<T>
  readonly commits: ReturnType<typeof createCommitLoop>
  settled(): Promise<void>
}

const DROPPED = 'the account’s state was dropped: a commit failed'
/** Older requests count for no limit: this is its window plus how late a request may arrive. */
export const REQUEST_WINDOW_MS = 62_000
/** Old requests are deleted with one commit in this many. */
const FORGET_REQUESTS_EVERY = 64

/** Holds an account's state in memory. After a failed commit it is read again, and waiting callers get the error. */
export function holdAccount(parts: {
  accountId: AccountId
  reads: Reads
  clock: Clock
  inForce: () => InForce
  commit: (batch: Batch) => Promise<void>
  /**
   * The lease under which commits are written; `null`: none is needed. It is renewed after a failed commit, whose
   * result may be unknown: if that commit is still under way, the new fence stops it.
   */
  lease: { current: () => Lease | null; renew: () => Promise<void> } | null
  nextAssignmentId: () => AssignmentId
  /** Called before a task: reserves numbers for the assignments that it may open. */
  reserveIds: () => Promise<void>
  /** After each input: the dispatcher decides on it at once, so that both go into one commit. */
  onApplied: (change: Change) => void
  /** After each commit. */
  announce: (change: Change) => void
  /** `false` for a command line tool, which changes nothing itself. */
  mayDecide: boolean
}): AccountHolder {
  const { accountId, reads, clock, inForce, lease, announce, onApplied } = parts
  let held: { readonly set: WorkingSet; readonly facts: AccountFacts; readonly lease: Lease | null } | null = null
  let seq = 0
  let commitCount = 0
  let policyVersion: string | null = null
  let isSilentKept = false
  let mustRenew = false
  let isStale = false
  /** Why the state is not held. */
  let dropped: unknown = null
  let last: Promise<unknown> = Promise.resolve()

  const commits = createCommitLoop({
    accountId,
    toBatch: (pending) => toBatch(pending),
    commit: parts.commit,
    onCommitted: (pending) => announce(pending.change()),
    onFailed: drop,
  })

  function toBatch(pending: Pending): Batch {
    if (held === null) throw new StoreUnavailable('the account’s state was dropped')
    const { facts, set } = held
    commitCount += 1
    const account = toAccountValues(facts, set.state)
    const isTidying = commitCount % FORGET_REQUESTS_EVERY === 0
    const forgetRequestsBefore = isTidying ? Math.floor(clock.now() - REQUEST_WINDOW_MS) : null
    return pending.toBatch({ lease: held.lease, account, forgetRequestsBefore }, () => (seq += 1))
  }

  function drop(error: unknown): void {
    held = null
    dropped = error
    mustRenew ||= !(error instanceof LeaseLost)
    commits.drop(error)
    // The commit may have been written although its answer was lost.
    if (!(error instanceof LeaseLost)) for (const tell of [announce, onApplied]) tell(ALL_MAY_HAVE_CHANGED)
  }

  function whyDropped(): StoreUnavailable {
    return dropped instanceof LeaseLost ? dropped : new StoreUnavailable(DROPPED, { cause: dropped })
  }

  async function hold(): Promise<NonNullable<typeof held>> {
    const current = lease?.current() ?? null
    const isOurs = lease === null || held?.lease === current
    if (held !== null && isOurs && !isStale) return held
    if (held !== null && !isOurs) drop(new LeaseLost('another instance may have decided for this account meanwhile'))
    await commits.settled()
    held = null
    if (mustRenew) await lease?.renew()
    mustRenew = false
    const renewed = lease?.current() ?? null
    if (lease !== null && renewed === null)
      throw new LeaseLost('another instance of this service decides for this account now')
    const [account, lastSeq, set] = await Promise.all([
      reads.account(),
      reads.lastSeq(),
      loadWorkingSet(reads, clock.now()),
    ])
    seq = lastSeq
    held = { set, facts: factsOf(account), lease: renewed }
    policyVersion = null
    // If the policy cannot be read now, all is read again: no step is taken before the takeover.
    isStale = true
    await usePolicy()
    const decided = [...set.state.decided].map(([assignmentId, chatId]) => ({ assignmentId, chatId }))
    applyNow({ kind: 'takeover', decided })
    isStale = false
    return held
  }

  /** Applies a change of the policy before the next task decides by it. */
  async function usePolicy(): Promise<void> {
    const { policy } = inForce()
    if (policy.version === policyVersion || held === null) return
    if (!(await reads.hasPolicy(policy.version)))
      commits.pending.addPolicy(policy.version, Math.floor(clock.now()), policy.text)
    const isSilentWanted = policy.silentMs !== null
    if (isSilentWanted && !isSilentKept) await held.set.refillActive()
    isSilentKept = isSilentWanted
    policyVersion = policy.version
    applyNow({ kind: 'policy', version: policy.version })
  }

  function applyNow(input: Input): Applied {
    if (held === null) throw whyDropped()
    const { policy, route } = inForce()
    const now = clock.now()
    const opened: AssignmentId[] = []
    const nextAssignmentId = (): AssignmentId => {
      const id = parts.nextAssignmentId()
      opened.push(id)
      return id
    }
    const applied = apply(held.set.state, input, { now, policy, route, nextAssignmentId })
    const { pending } = commits
    pending.addApplied(applied, now, policy.forgetAfterMs)
    const entry = toJournalEntry(input, applied, opened, now)
    if (entry !== null) pending.addJournal(entry)
    onApplied(applied.change)
    return applied
  }

  async function runTask<T>(task: (tools: Task) => Promise<T>): Promise<T> {
    await parts.reserveIds()
    const { set, facts } = await hold()
    await usePolicy()
    const tools: Task = {
      set,
      facts,
      state: set.state,
      get pending() {
        return commits.pending
      },
      now: () => clock.now(),
      inForce: inForce(),
      applyNow,
      markStale: () => void (isStale = true),
      reserveIds: parts.reserveIds,
      need: (input) => set.need(needsOf(input), clock.now(), inForce().policy.needsCustomer),
      async apply(input) {
        await tools.need(input)
        return applyNow(input)
      },
    }
    const result = await task(tools)
    // The state was dropped meanwhile, so what the task applied may not be written.
    if (held?.set !== set) throw whyDropped()
    set.evict((id: ChatId) => commits.isUncommitted((pending) => pending.hasChat(id)))
    return result
  }

  return {
    run(task) {
      if (!parts.mayDecide) return Promise.reject(new StoreUnavailable('only the service changes an account'))
      const next = last.then(() => runTask(task))
      last = next.catch(() => undefined)
      return next
    },
    commits,
    async settled() {
      await last
      await commits.settled()
    },
  }
}
