import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Rule } from '../routing/contract.ts'

/**
 * Loads a module's rules: all its exports that were made with `defineFilter` or `defineRank`.
 * @throws Error with the mistake in the module
 */
export async function loadRules(path: string): Promise<readonly Rule[]> {
  const exported = await import(pathToFileURL(resolve(path)).href).then(
    (loaded: Record<string, unknown>) => loaded,
    (error: unknown) => {
      throw new Error(`cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    },
  )
  const rules = Object.values(exported).filter(isRule)
  if (rules.length === 0) throw new Error('exports no rule made with defineFilter or defineRank')
  return rules
}

function isRule(value: unknown): value is Rule {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('name' in value)) return false
  const isNamed = typeof value.name === 'string' && /^[a-z][a-z-]*[a-z]$/.test(value.name)
  const method = value.kind === 'filter' ? 'keep' : value.kind === 'rank' ? 'score' : null
  return isNamed && method !== null && typeof (value as Record<string, unknown>)[method] === 'function'
}
