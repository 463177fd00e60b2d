import type { Policy, Rule } from '../routing/contract.ts'
import { createPolicy } from '../routing/policy.ts'
import { readRoutingFileApart } from './read-file-apart.ts'
import { readRoutingText } from './routing-text.ts'

/** The rules of the modules in `ROUTING_PLUGINS`, as they are now. */
export interface PluginRules {
  rules(): readonly Rule[]
  /** Calls `listener` when they may be other ones; the answer ends that. */
  onChange(listener: () => void): () => void
}

/** Where the rules of an account come from. */
export interface PolicySettings {
  /** `ROUTING_RULES`; the routing file's `rules` take their place. */
  readonly rules: string | null
  readonly agentCapacity: number | null
  readonly botAgentIds: string | null
  /** The routing file, or `null` for none. */
  readonly path: string | null
  /** The rules of plug-ins, or `null` for none. */
  readonly plugins: PluginRules | null
  /** Goes on with a file that is broken at the start, and waits for it to be mended: others do not depend on it. */
  readonly isPatient?: boolean
}

/**
 * Reads the routing file once, and makes the policy.
 * @throws ConfigError where the file cannot be read
 */
export async function readPolicyNow(settings: PolicySettings): Promise<Policy | string> {
  return readPolicy(settings, settings.path === null ? null : (await readRoutingText(settings.path)).text)
}

/**
 * Makes the policy that the settings and the routing file ask for.
 * @param text of the routing file; `null` where there is none
 * @returns the policy, or all that is wrong, with where it stands
 */
export async function readPolicy(given: PolicySettings, text: string | null): Promise<Policy | string> {
  const settings = { ...given, plugins: given.plugins?.rules() ?? [] }
  if (text === null) return blame('ROUTING_RULES', createPolicy(settings))
  const file = await readRoutingFileApart(text)
  if (Array.isArray(file)) return `routing file ${given.path}: ${file.join('; ')}`
  const source = file.rules === undefined ? 'ROUTING_RULES' : `routing file ${given.path}: rules`
  return blame(source, createPolicy({ ...settings, file }))
}

function blame(source: string, policy: Policy | string): Policy | string {
  return typeof policy === 'string' ? `${source}: ${policy}` : policy
}
