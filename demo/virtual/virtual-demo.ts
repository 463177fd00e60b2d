import { POLICIES } from './policies.ts'
import { faultsOf, type Summary } from './summary.ts'
import { showComparison, showSummary } from './view.ts'
import { runWeek } from './week.ts'

const CHATS_PER_DAY = 500

/**
 * Runs the same days under each policy, in virtual time, and shows how they compare.
 * @returns the exit code: 1 if something came about that must not be
 */
export async function runVirtualDemo(options: { days: number; seed: number; signal: AbortSignal }): Promise<number> {
  const startedAt = performance.now()
  say(`${options.days} days of some ${CHATS_PER_DAY} chats (half on weekends), seed ${options.seed}\n`)
  try {
    const summaries = await runPolicies(options)
    say(`${showComparison(summaries)}\n`)
    const faults = summaries.flatMap((summary) => faultsOf(summary).map((fault) => `${summary.policy}: ${fault}`))
    for (const fault of faults) say(`FAULT  ${fault}`)
    say(`took ${showSeconds(performance.now() - startedAt)} in all`)
    return faults.length > 0 ? 1 : 0
  } catch (error) {
    if (!options.signal.aborted) throw error
    say('interrupted')
    return 0
  }
}

async function runPolicies(options: { days: number; seed: number; signal: AbortSignal }): Promise<Summary[]> {
  const summaries: Summary[] = []
  for (const policy of POLICIES) {
    const startedAt = performance.now()
    const summary = await runWeek(policy, { ...options, chatsPerDay: CHATS_PER_DAY })
    summaries.push(summary)
    say(showSummary(summary))
    say(`  took ${showSeconds(performance.now() - startedAt)}\n`)
  }
  return summaries
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

function showSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} real seconds`
}
