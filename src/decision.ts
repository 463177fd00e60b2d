/** The words of deciding: what a decision may look at, what it is, and what the rules say of chats. Types only. */
import type { Agent, AgentId, Channel, Chat, ChatFacts, ChatId, CustomerFacts, DepartmentId } from './domain.ts'

/** All that a decision may depend on. */
export interface Situation {
  readonly chat: Chat
  readonly agents: readonly Agent[]
  readonly now: number
  /** Since when the chat waits for an agent. */
  readonly waitingSince: number
  /** Who had the customer's last chat, and when. */
  readonly lastAgent: { readonly agentId: AgentId; readonly at: number } | null
  /** Whom the external endpoint would take; not there: it was not asked. */
  readonly advice?: readonly AgentId[] | undefined
  /** What the plug-ins' rules answered; not there: they were not asked. */
  readonly pluginAnswers?: readonly PluginAnswer[] | undefined
}

/** What the rules of plug-ins are asked: data alone, since they run in a process of their own. */
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
  /** The agents that the rules before the first one of a plug-in have left. */
  readonly candidates: readonly Candidate[]
}

/** What a filter says of one candidate. */
export type Verdict =
  | true
  | string
  | { readonly reason: string; readonly until: number | null; readonly isThisChat?: boolean }

/** What one rule of a plug-in said of each candidate that it was asked about, or why it said nothing. Data, for the journal. */
export type PluginAnswer = { readonly rule: string } & (
  | { readonly kind: 'filter'; readonly byAgent: readonly (readonly [AgentId, Verdict])[] }
  | { readonly kind: 'rank'; readonly byAgent: readonly (readonly [AgentId, number])[] }
  | { readonly kind: 'skipped'; readonly reason: string }
)

/** What one rule did to the candidates that the rules before it had left. */
export interface TraceStep {
  readonly rule: string
  readonly kept: readonly AgentId[]
  /** A filter's reasons, each with those it dropped. */
  readonly dropped?: readonly { readonly reason: string; readonly agentIds: readonly AgentId[] }[]
  /** A rank's numbers. */
  readonly scores?: readonly { readonly agentId: AgentId; readonly score: number }[]
  /** A preference (`rule?`) that would have left no agent, and so was passed over. */
  readonly isPassedOver?: true
  /** Why the rule was left out: it threw, or took too long. */
  readonly skipped?: string
}

/** An agent who may still get the chat. */
export interface Candidate {
  readonly agent: Agent
  /** How many chats the agent may have at once; `null`: no limit. */
  readonly capacity: number | null
  /** The agent's share of new chats, against the others' weights. */
  readonly weight: number
}

/** What the external endpoint is asked. */
export interface Question {
  readonly chatId: ChatId
  readonly departmentId: DepartmentId | null
  readonly labels: readonly string[]
  /** `null`: not known. */
  readonly channel: Channel | null
  readonly waitedMs: number
  readonly candidates: readonly Candidate[]
}

/** Which agent gets the chat, or that none does, and why: complete enough to be read on its own, as long as it is kept. */
export interface Decision {
  readonly chatId: ChatId
  readonly decidedAt: number
  readonly policy: string
  readonly steps: readonly TraceStep[]
  readonly agentId: AgentId | null
  /** The same in one sentence. */
  readonly summary: string
  /** What was known of the chat. */
  readonly known: {
    readonly departmentId: DepartmentId | null
    readonly labels: readonly string[]
    readonly waitedMs: number
  }
  /** Without an agent: when time alone may change that, or `null`. */
  readonly lookAgainAt: number | null
  /** Without an agent: the reason is this chat's own, and says nothing about others of its kind. */
  readonly isThisChat: boolean
  /** Without an agent: it is no use to wait any longer. */
  readonly isLeft: boolean
  /** Nobody was chosen yet: the external endpoint is to be asked about these first. */
  readonly asks: readonly Candidate[] | null
  /** No agent is chosen yet: the plug-ins are to be asked this first. */
  readonly asksPlugins?: PluginQuestion
  /** What each candidate is owed afterwards, for the rule "share"; `null`: it is not in force. */
  readonly credits: readonly { readonly agentId: AgentId; readonly credit: number }[] | null
}

/** What a chat's labels are made of: what was told of the chat so far, and its customer once it is known. */
export interface LabelFacts {
  /** `null`: not known, and not an e-mail as far as one knows. */
  readonly channel: Channel | null
  readonly applicationId: number | null
  readonly isBroadcastReply: boolean
  /** Names of the labels with a phrase that stood in one of the customer's messages: the texts themselves are not kept. */
  readonly saidLabels: readonly string[]
  /** `null`: not known, or not needed. */
  readonly customer: CustomerFacts | null
}

/** What the routing file says of chats as they come in and are held. It may change from one call to the next. */
export interface ChatPolicy {
  /** Names exactly these rules and settings. */
  readonly version: string
  /** All of them, as JSON: what the policy can be made of again. */
  readonly text: string
  /** The labels of one event, as far as the event alone tells them. */
  classify(facts: ChatFacts): readonly string[]
  /** The labels by all that is known of the chat: names for what it is about. */
  classifyKnown(facts: LabelFacts): readonly string[]
  /** The labels with a phrase in this text: what is kept of it. */
  labelsSaidIn(text: string): readonly string[]
  /** The customer is to be read before a chat is decided. */
  readonly needsCustomer: boolean
  /** A bot gets no chat, answers no customer, and is never there. */
  isBot(agent: { readonly id: AgentId; readonly name: string | null }): boolean
  /** After so long a chat that only a bot has goes to a person, 0: at once; `null`: when the bot lets it go. */
  readonly routeFromBotAfterMs: number | null
  /** So long a chat without a department waits for one. */
  readonly waitForDepartmentMs: number
  /** Chats wait while HelpCrunch says that the team is offline. */
  readonly onlyWhenTeamOnline: boolean
  /** A reply to an automatic or mass message goes to its sender. */
  readonly prefersBroadcastSender: boolean
  /** How far ahead of others the labels put a chat. */
  priorityMsOf(labels: readonly string[]): number
  /** How much of an agent's capacity the chat takes now: hundredths of a chat. */
  loadOf(chat: Chat, now: number): number
  /** After so long without a message a chat takes no capacity; `null`: never. */
  readonly silentMs: number | null
  /** Until when an agent who has the chat now must have answered, or `null`. */
  answerDueAt(agentId: AgentId, from: number): number | null
  /** A paused agent's chats go to others. */
  readonly handsOverPaused: boolean
  /** For so long it is remembered who had a customer's last chat. */
  readonly forgetAfterMs: number
  /** When an agent's chats go to others (now, if they are off), or `null` if they never do. */
  handOverAt(agentId: AgentId, now: number): number | null
  /** When an agent who is off now is back, or `null` if not within a year. */
  backAt(agentId: AgentId, now: number): number | null
  /** So many agents may let a chat pass, or hand it over. */
  readonly maxHops: number
}
