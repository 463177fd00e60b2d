import type { Policy, Rule } from '../routing/contract.ts'
import { createPolicy } from '../routing/policy.ts'
import { readRoutingFileApart } from './read-file-apart.ts'
import { readRoutingText } from './routing-text.ts'

/** The present rules of the modules in `ROUTING_PLUGINS`. */
export interface PluginRules {
  rules(): readonly Rule[]
  /** Calls `listener` when the rules may have changed; returns a function that removes it. */
  onChange(listener: () => void): () => void
}

/** The sources of an account's policy. */
export interface PolicySettings {
  /** `ROUTING_RULES`; the routing file's `rules` replace it. */
  readonly rules: string | null
  readonly agentCapacity: number | null
  readonly botAgentIds: string | null
  /** The routing file, or `null` for none. */
  readonly path: string | null
  /** The rules of plug-ins, or `null` for none. */
  readonly plugins: PluginRules | null
  /** Starts with a broken file and waits for its repair, since other accounts do not depend on it. */
  readonly isPatient?: boolean
}

/**
 * Reads the routing file once, and makes the policy.
 * @throws ConfigError if the file cannot be read
 */
export async function readPolicyNow(settings: PolicySettings): Promise<Policy | string> {
  return readPolicy(settings, settings.path === null ? null : (await readRoutingText(settings.path)).text)
}

/**
 * Makes the policy from the settings and the routing file.
 * @param text of the routing file; `null`: there is none
 * @returns the policy, or all mistakes with their places
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
