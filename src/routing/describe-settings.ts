import type { Policy } from './contract.ts'
import type { RoutingFile } from './file-schema.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

type Label = NonNullable<RoutingFile['labels']>[string]

/** Describes what the policy sets beside rules, shifts, agents and departments, a sentence each. */
export function describeSettings({ settings }: Policy): string[] {
  const { file, guard, hereMs, sticky, external, noAnswer, waitForDepartmentMs } = settings
  const { freed = {}, handOver = {} } = file
  const capacity = file.capacity ?? settings.agentCapacity
  return sentences([
    capacity !== null && `An agent has at most ${capacity} chats at once.`,
    ...Object.entries(file.channels ?? {}).map(([channel, weight]) => `A chat by ${channel} counts as ${weight}.`),
    freed.onHold === true && 'A chat on hold takes no capacity.',
    freed.silentMinutes !== undefined && `A chat that was silent for ${freed.silentMinutes} minutes takes no capacity.`,
    ...Object.entries(file.labels ?? {}).map(
      ([name, label]) => `A chat is labelled "${name}" by ${conditionsOf(label)}.`,
    ),
    ...(file.needs ?? []).map(({ label, skill, relaxAfterMinutes }) => {
      const relaxed = relaxAfterMinutes === undefined ? '' : `, for the first ${relaxAfterMinutes} minutes`
      return `A chat labelled "${label}" needs an agent with the skill "${skill}"${relaxed}.`
    }),
    ...Object.entries(file.priorities ?? {}).map(
      ([label, minutes]) => `A chat labelled "${label}" goes ${minutes} minutes ahead of others.`,
    ),
    guard !== null && `An agent gets at most ${guard.chats} new chats in ${guard.windowMs / MINUTE_MS} minutes.`,
    hereMs !== null && `An agent is present who wrote to a customer within ${hereMs / MINUTE_MS} minutes.`,
    ...(file.sticky === undefined ? [] : describeSticky(sticky)),
    external !== null && `The endpoint at ${new URL(external.url).host} has ${external.timeoutMs} ms to rank agents.`,
    handOver.atShiftEnd === true && 'At the end of a shift an agent’s open chats go to others.',
    handOver.whenPaused === true && 'A paused agent’s open chats go to others.',
    noAnswer !== null &&
      `A chat without an answer for ${noAnswer.afterMs / MINUTE_MS} minutes goes to another agent; at most ${noAnswer.hops} agents get it one after the other.`,
    noAnswer !== null &&
      noAnswer.awayAfter !== null &&
      `An agent who let ${noAnswer.awayAfter} chats pass gets none until they write.`,
    ...describeBots(settings),
    waitForDepartmentMs > 0 && `A chat without a department waits ${waitForDepartmentMs / 1000} seconds for one.`,
    settings.onlyWhenTeamOnline && 'Chats wait while HelpCrunch says that the team is offline.',
  ])
}

function describeSticky({ waitMs, forgetAfterMs, prefersBroadcastSender }: Policy['settings']['sticky']): string[] {
  return sentences([
    waitMs > 0 &&
      `A chat waits up to ${waitMs / 1000} seconds for the customer’s last agent, if that one is there but full.`,
    `A customer’s last agent is forgotten after ${forgetAfterMs / DAY_MS} days.`,
    prefersBroadcastSender &&
      'A reply to an automatic or mass message goes to the agent in whose name it was sent, if they are there.',
  ])
}

function describeBots({ bots }: Policy['settings']): string[] {
  const all = [...bots.names, ...bots.ids]
  if (all.length === 0) return []
  const then =
    bots.routeAfterMs === null
      ? 'when the bot releases it'
      : `after ${bots.routeAfterMs / MINUTE_MS} minutes at the latest`
  return [`Bots get no chats: ${all.join(', ')}. A chat of a bot goes to an agent ${then}.`]
}

/** A condition's values in words: any of a list, a range of numbers or days, or `true`. */
function conditionsOf({ attributes = {}, ...conditions }: Label): string {
  return [...Object.entries(conditions), ...Object.entries(attributes)]
    .map(([name, values]) => `${name} ${valuesOf(values)}`)
    .join(' and ')
}

function valuesOf(values: unknown): string {
  if (Array.isArray(values)) return values.join(' or ')
  if (typeof values !== 'object' || values === null) return String(values)
  return Object.entries(values)
    .map(([bound, value]) => `${bound} ${String(value)}`)
    .join(' and ')
}

function sentences(parts: readonly (string | false)[]): string[] {
  return parts.filter((part): part is string => part !== false)
}
