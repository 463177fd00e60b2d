import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Rule } from '../routing/contract.ts'
import { RULES } from '../routing/policy.ts'

/** One answer of a rule must not take longer: a thousand agents are asked about in one decision. */
const LONGEST_ANSWER_MS = 20
const REST_MS = 60_000

/**
 * Loads rules from modules: everything they export that was made with `defineFilter` or `defineRank`.
 * @param paths of modules, with commas between
 * @returns the rules, or a sentence that says what is wrong
 */
export async function loadPlugins(paths: string): Promise<Rule[] | string> {
  const rules: Rule[] = []
  for (const path of paths.split(',').map((part) => part.trim())) {
    let exported: Record<string, unknown>
    try {
      exported = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>
    } catch (error) {
      return `${path}: cannot be loaded: ${(error as Error).message}`
    }
    const found = Object.values(exported).filter(isRule)
    if (found.length === 0) return `${path}: exports no rule made with defineFilter or defineRank`
    for (const rule of found) {
      if ([...RULES, ...rules].some(({ name }) => name === rule.name))
        return `${path}: there is a rule "${rule.name}" already`
      rules.push(timed(rule))
    }
  }
  return rules
}

function isRule(value: unknown): value is Rule {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('name' in value)) return false
  const isNamed = typeof value.name === 'string' && /^[a-z][a-z-]*[a-z]$/.test(value.name)
  return isNamed && (value.kind === 'filter' ? 'keep' in value : value.kind === 'rank' && 'score' in value)
}

/** A rule that took too long rests for a minute: it throws instead of being asked, and so is skipped. */
function timed(rule: Rule): Rule {
  let restsUntil = 0
  function ask<T>(answer: () => T): T {
    const startedAt = performance.now()
    if (startedAt < restsUntil) throw new Error('rests, since it took too long')
    const result = answer()
    const tookMs = performance.now() - startedAt
    if (tookMs > LONGEST_ANSWER_MS) {
      restsUntil = startedAt + REST_MS
      throw new Error(`took ${Math.round(tookMs)} ms for one agent`)
    }
    return result
  }
  return rule.kind === 'filter'
    ? { ...rule, keep: (candidate, context) => ask(() => rule.keep(candidate, context)) }
    : { ...rule, score: (candidate, context) => ask(() => rule.score(candidate, context)) }
}
