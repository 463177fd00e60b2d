import type { PluginRules } from '../config/read-policy.ts'
import { loadRules } from '../plugins/load-rules.ts'
import type { Rule } from '../routing/contract.ts'
import { RULES } from '../routing/policy.ts'

/**
 * Loads the rules of plug-ins into this process, which can inspect their code; the service runs each plug-in in a
 * process of its own.
 * @returns a sentence if a module cannot be loaded, or has a rule whose name is taken
 */
export async function loadHere(paths: string): Promise<PluginRules | string> {
  const rules: Rule[] = []
  for (const path of paths.split(',').map((part) => part.trim())) {
    try {
      rules.push(...(await loadRules(path)))
    } catch (error) {
      return `${path}: ${(error as Error).message}`
    }
    const names = [...RULES, ...rules].map(({ name }) => name)
    const clash = names.find((name, place) => names.indexOf(name) !== place)
    if (clash !== undefined) return `${path}: there is a rule "${clash}" already`
  }
  return { rules: () => rules, onChange: () => () => undefined }
}
