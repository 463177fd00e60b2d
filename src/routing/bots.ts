import type { AgentId } from '../domain.ts'
import type { RoutingFile } from './file-schema.ts'
import type { Settings } from './settings.ts'

/** HelpCrunch's own chatbot writes under this name (docs.helpcrunch.com), unless it was given another one. */
const HELPBOT = 'helpbot'
const LIKELY = [
  /(?:^|[\s._-])(?:ai|assistant|auto|robot|(?:chat|help|support|sales)?bot)(?:$|[\s._-])/i,
  // SupportBot, but not Talbot.
  /[a-z]Bot(?![a-z])/,
]

interface Named {
  readonly id: AgentId
  readonly name: string | null
}

/** A bot gets no chat, answers no customer, and is never there. */
export function isBot(agent: Named, settings: Pick<Settings, 'bots'>): boolean {
  return settings.bots.isBot(agent)
}

/** Agents who are no bots as far as the settings say, and have the name of one: for the log and check-config. */
export function likelyBots<Agent extends Named>(agents: readonly Agent[], settings: Pick<Settings, 'bots'>): Agent[] {
  return agents.filter((agent) => !isBot(agent, settings) && LIKELY.some((pattern) => pattern.test(agent.name ?? '')))
}

/**
 * Who is a bot.
 * @param ofVariable `BOT_AGENT_IDS`: ids with commas between, or `none`, with which HelpCrunch's own bot is not one by its name
 */
export function readBots(ofFile: RoutingFile['bots'], ofVariable: string | null): Settings['bots'] {
  const settings = Array.isArray(ofFile) ? { agents: ofFile } : (ofFile ?? {})
  const ids = new Set<AgentId>()
  const names = new Set<string>()
  for (const bot of settings.agents ?? []) {
    if (typeof bot === 'number') ids.add(bot as AgentId)
    else names.add(fold(bot))
  }
  if (ofVariable !== 'none') names.add(HELPBOT)
  for (const id of ofVariable?.match(/\d+/g) ?? []) ids.add(Number(id) as AgentId)
  // Each decision asks about every agent, and folding a thousand names would be half of its time.
  const asked = new WeakMap<Named, boolean>()
  const { routeAfterMinutes } = settings
  return {
    ids,
    names,
    isBot(agent) {
      const known = asked.get(agent)
      if (known !== undefined) return known
      const answer = ids.has(agent.id) || (agent.name !== null && names.has(fold(agent.name)))
      asked.set(agent, answer)
      return answer
    },
    routeAfterMs: routeAfterMinutes === undefined ? null : Math.round(routeAfterMinutes * 60_000),
  }
}

function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase()
}
