/** The types of deciding: what a decision may look at, what it is, and what the rules say of chats. Types only. */
import type { Agent, AgentId, Channel, Chat, ChatFacts, ChatId, CustomerFacts, DepartmentId } from './domain.ts'

/** All that a decision may depend on. */
export interface Situation {
  readonly chat: Chat
  readonly agents: readonly Agent[]
  readonly now: number
  /** Since when the chat waits for an agent. */
  readonly waitingSince: number
  /** The agent of the customer's last chat, and when that was. */
  readonly lastAgent: { readonly agentId: AgentId; readonly at: number } | null
  /** The agents that the external endpoint prefers, best first; `undefined`: it was not asked. */
  readonly advice?: readonly AgentId[] | undefined
  /** The answers of the plug-ins' rules; `undefined`: they were not asked. */
  readonly pluginAnswers?: readonly PluginAnswer[] | undefined
}

/** The question to the rules of plug-ins. Data only, since plug-ins run in a process of their own. */
export interface PluginQuestion {
  readonly chat: Chat
  readonly now: number
  readonly waitingSince: number
  readonly lastAgent: { readonly agentId: AgentId; readonly at: number; readonly isPresent: boolean } | null
  readonly reach: {
    readonly departmentIds: readonly DepartmentId[] | null
    readonly agentIds: readonly AgentId[]
    readonly isShiftIgnored: boolean
    readonly nextAt: number | null
    readonly isOver: boolean
  }
  readonly advice: readonly AgentId[]
  /** The agents that are left by the rules before the first rule of a plug-in. */
  readonly candidates: readonly Candidate[]
}

/**
 * A filter's answer for one candidate: `true` keeps it; otherwise the reason why not, and until when, if that is known.
 */
export type Verdict =
  | true
  | string
  | { readonly reason: string; readonly until: number | null; readonly isThisChat?: boolean }

/** One plug-in rule's answer for each candidate, or why it gave none. Data, for the journal. */
export type PluginAnswer = { readonly rule: string } & (
  | { readonly kind: 'filter'; readonly byAgent: readonly (readonly [AgentId, Verdict])[] }
  | { readonly kind: 'rank'; readonly byAgent: readonly (readonly [AgentId, number])[] }
  | { readonly kind: 'skipped'; readonly reason: string }
)

/** The effect of one rule on the candidates that the rules before it left. */
export interface TraceStep {
  readonly rule: string
  readonly kept: readonly AgentId[]
  /** A filter's reasons, each with the agents that it dropped. */
  readonly dropped?: readonly { readonly reason: string; readonly agentIds: readonly AgentId[] }[]
  /** A rank's scores. */
  readonly scores?: readonly { readonly agentId: AgentId; readonly score: number }[]
  /** A preference (`rule?`) that would have left no agent was passed over. */
  readonly isPassedOver?: true
  /** Why the rule was left out: it threw, or took too long. */
  readonly skipped?: string
}

/** An agent who may still get the chat. */
export interface Candidate {
  readonly agent: Agent
  /** The most chats that the agent may have at once; `null`: no limit. */
  readonly capacity: number | null
  /** The agent's share of new chats, against the others' weights. */
  readonly weight: number
}

/** The question to the external endpoint. */
export interface Question {
  readonly chatId: ChatId
  readonly departmentId: DepartmentId | null
  readonly labels: readonly string[]
  /** `null`: not known. */
  readonly channel: Channel | null
  readonly waitedMs: number
  readonly candidates: readonly Candidate[]
}

/**
 * Which agent gets the chat, or none, and why. Complete enough to be understood on its own for as long as it is kept.
 */
export interface Decision {
  readonly chatId: ChatId
  readonly decidedAt: number
  readonly policy: string
  readonly steps: readonly TraceStep[]
  readonly agentId: AgentId | null
  /** The decision in one sentence. */
  readonly summary: string
  /** What was known of the chat. */
  readonly known: {
    readonly departmentId: DepartmentId | null
    readonly labels: readonly string[]
    readonly waitedMs: number
  }
  /** Without an agent: when time alone may change that, or `null`. */
  readonly lookAgainAt: number | null
  /** Without an agent: the reason is the chat's own, and does not hold for others of its pool. */
  readonly isThisChat: boolean
  /** Without an agent: the chat stops waiting and stays unassigned. */
  readonly isLeft: boolean
  /** No agent is chosen yet: the external endpoint has to rank these first. */
  readonly asks: readonly Candidate[] | null
  /** No agent is chosen yet: the plug-ins have to answer this first. */
  readonly asksPlugins?: PluginQuestion
  /** Each candidate's credit afterwards, for the rule `share`; `null`: the rule is not in force. */
  readonly credits: readonly { readonly agentId: AgentId; readonly credit: number }[] | null
}

/** The facts that a chat's labels are made from: what payloads said of the chat, and its customer once known. */
export interface LabelFacts {
  /** `null`: not known, so not known to be an e-mail. */
  readonly channel: Channel | null
  readonly applicationId: number | null
  readonly isBroadcastReply: boolean
  /** The labels with a phrase that occurred in a customer message; the texts are not kept. */
  readonly saidLabels: readonly string[]
  /** `null`: not known, or not needed. */
  readonly customer: CustomerFacts | null
}

/** What the routing file says of chats as they arrive and are held. It may change from one call to the next. */
export interface ChatPolicy {
  /** Identifies these rules and settings exactly. */
  readonly version: string
  /** All rules and settings as JSON, from which the policy can be rebuilt. */
  readonly text: string
  /** The labels that follow from one event alone. */
  classify(facts: ChatFacts): readonly string[]
  /** The labels that follow from everything known of the chat. */
  classifyKnown(facts: LabelFacts): readonly string[]
  /** The labels with a phrase in this text. Only these are kept of the text. */
  labelsSaidIn(text: string): readonly string[]
  /** Whether the customer must be read before a chat is decided. */
  readonly needsCustomer: boolean
  /** Whether the agent is a bot: a bot gets no chat from us, its messages are no answers, and it is never present. */
  isBot(agent: { readonly id: AgentId; readonly name: string | null }): boolean
  /**
   * How long a bot may keep a chat before it goes to a person; 0: it goes at once; `null`: when the bot releases it.
   */
  readonly routeFromBotAfterMs: number | null
  /** How long a chat without a department waits for a department. */
  readonly waitForDepartmentMs: number
  /** Whether chats wait while HelpCrunch says that the team is offline. */
  readonly onlyWhenTeamOnline: boolean
  /** Whether a reply to an automatic or mass message goes to the sender of that message. */
  readonly prefersBroadcastSender: boolean
  /** How far ahead of others, in ms of waiting, the labels put a chat. */
  priorityMsOf(labels: readonly string[]): number
  /** How much of an agent's capacity the chat takes now, in hundredths of a chat. */
  loadOf(chat: Chat, now: number): number
  /** After this long without a message, a chat takes no capacity; `null`: never. */
  readonly silentMs: number | null
  /** By when an agent who gets the chat at `from` must have answered, or `null`. */
  answerDueAt(agentId: AgentId, from: number): number | null
  /** Whether a paused agent's chats go to others. */
  readonly handsOverPaused: boolean
  /** How long the agent of a customer's last chat is remembered. */
  readonly forgetAfterMs: number
  /** When an agent's chats go to others (now, if the agent is off), or `null` if they never do. */
  handOverAt(agentId: AgentId, now: number): number | null
  /** When an agent who is off now is back, or `null` if not within a year. */
  backAt(agentId: AgentId, now: number): number | null
  /** The most agents that may miss a chat or hand it over. */
  readonly maxHops: number
}
