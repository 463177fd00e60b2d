import type { AgentId } from '../domain.ts'
import type { RoutingFile } from './file-schema.ts'
import type { Settings } from './settings.ts'

/** The name of HelpCrunch's own chatbot (docs.helpcrunch.com), unless it was renamed. */
const HELPBOT = 'helpbot'
const LIKELY = [
  /(?:^|[\s._-])(?:ai|assistant|auto|robot|(?:chat|help|support|sales)?bot)(?:$|[\s._-])/i,
  // Matches SupportBot, but not Talbot.
  /[a-z]Bot(?![a-z])/,
]

interface Named {
  readonly id: AgentId
  readonly name: string | null
}

/** Whether the agent is a bot: a bot gets no chat from us, its messages are no answers, and it is never present. */
export function isBot(agent: Named, settings: Pick<Settings, 'bots'>): boolean {
  return settings.bots.isBot(agent)
}

/** Agents with a name like a bot's that the settings do not declare as bots: for the log and check-config. */
export function likelyBots<Agent extends Named>(agents: readonly Agent[], settings: Pick<Settings, 'bots'>): Agent[] {
  return agents.filter((agent) => !isBot(agent, settings) && LIKELY.some((pattern) => pattern.test(agent.name ?? '')))
}

/**
 * Reads from the settings which agents are bots.
 * @param ofVariable `BOT_AGENT_IDS`: comma-separated ids, or `none`: then HelpCrunch's own bot is not recognised by its
 * name
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
  // Cached: each decision asks about every agent, and folding a thousand names would take half of its time.
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
