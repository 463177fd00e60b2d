import type { LabelFacts } from '../decision.ts'
import type { AgentId, AgentReference, Chat, ChatFacts } from '../domain.ts'
import { isBot } from './bots.ts'
import type { Policy } from './contract.ts'
import { labelsFor, labelsOf, labelsSaidIn } from './labels.ts'
import { needsCustomer } from './policy.ts'

const HUNDREDTHS = 100
const MINUTE_MS = 60_000
const DEFAULT_HOPS = 3
/** The last moment that a date can hold. */
const NEVER = 8.64e15

/** The part of a policy that the core needs for each input. */
export function chatPolicyOf(policy: Policy) {
  const { settings, version, text } = policy
  const { file, noAnswer } = settings
  const { atShiftEnd = false, whenPaused = false } = file.handOver ?? {}
  const { onHold = false, silentMinutes } = file.freed ?? {}
  const silentMs = silentMinutes === undefined ? null : Math.round(silentMinutes * MINUTE_MS)
  return {
    version,
    text,
    silentMs,
    forgetAfterMs: settings.sticky.forgetAfterMs,
    maxHops: noAnswer?.hops ?? DEFAULT_HOPS,
    handsOverPaused: whenPaused,
    /** The labels that follow from one event alone. */
    classify: (facts: ChatFacts): string[] => labelsOf(file.labels, facts),
    /** The labels that follow from everything known of the chat; call it again when more is known. */
    classifyKnown: (facts: LabelFacts): string[] => labelsFor(file.labels, facts),
    /** The labels with a phrase in this text. Only these are kept of the text. */
    labelsSaidIn: (message: string): string[] => labelsSaidIn(file.labels, message),
    /** Whether the customer must be read before a chat is decided. */
    needsCustomer: needsCustomer(policy),
    isBot: (agent: Pick<AgentReference, 'id' | 'name'>): boolean => isBot(agent, settings),
    routeFromBotAfterMs: settings.bots.routeAfterMs,
    waitForDepartmentMs: settings.waitForDepartmentMs,
    onlyWhenTeamOnline: settings.onlyWhenTeamOnline,
    prefersBroadcastSender: settings.sticky.prefersBroadcastSender,
    /** The largest of the labels' priorities. */
    priorityMsOf: (labels: readonly string[]): number =>
      Math.max(0, ...labels.map((label) => Math.round((file.priorities?.[label] ?? 0) * MINUTE_MS))),
    loadOf(chat: Chat, now: number): number {
      if (onHold && chat.status === 'onhold') return 0
      const lastAt = Math.max(chat.lastCustomerMessageAt ?? 0, chat.lastAgentMessageAt ?? 0, chat.firstSeenAt ?? 0)
      const isSilent = silentMs !== null && now - Math.max(lastAt, chat.snapshotAt ?? 0) >= silentMs
      return isSilent ? 0 : Math.round(settings.weightOf(chat.channel) * HUNDREDTHS)
    },
    handOverAt(agentId: AgentId, now: number): number | null {
      if (!atShiftEnd) return whenPaused ? NEVER : null
      const { workingTime } = settings.profileOf(agentId)
      return workingTime.isOpen(now) ? (workingTime.nextChangeAt(now) ?? NEVER) : now
    },
    backAt: (agentId: AgentId, now: number): number | null => settings.profileOf(agentId).workingTime.nextChangeAt(now),
    answerDueAt(agentId: AgentId, from: number): number | null {
      return noAnswer === null ? null : settings.profileOf(agentId).workingTime.after(from, noAnswer.afterMs)
    },
  }
}
