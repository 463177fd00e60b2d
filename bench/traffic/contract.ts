/** Department ids, and the ids of their first and last member. */
interface Department {
  readonly id: number
  readonly first: number
  readonly last: number
}

/** What the stand-in for HelpCrunch has: agents 1 to `agents`, the same in each account. */
export interface TrafficSetup {
  /** 1: one account with `API_KEY`; more: `accountName(0)` and so on, whose names are their keys. */
  readonly accounts: number
  readonly agents: number
  readonly departments: readonly Department[]
}

/** New chats, one webhook each, to the addresses in turn. */
interface NewChats {
  /** Base addresses of the instances. */
  readonly urls: readonly string[]
  /** Whether HelpCrunch's own webhook about each PUT, `chat.assigned`, is sent too. */
  readonly isEchoed: boolean
  /** The new chats' departments, in turn; those of the setup if not given. */
  readonly departments?: readonly number[]
  /** How long to wait at the end for missing PUTs; those that are still missing are counted. */
  readonly drainSeconds: number
}

export type TrafficJob =
  /** As fast as possible: `connections` webhooks under way at once, and `maxWaiting` chats without a PUT at most. */
  | (NewChats & {
      readonly kind: 'saturate'
      readonly connections: number
      readonly maxWaiting: number
      readonly warmUpSeconds: number
      readonly seconds: number
    })
  /** At an even rate, with or without PUTs. */
  | (NewChats & { readonly kind: 'pace'; readonly perSecond: number; readonly seconds: number })
  /** Each chat a moment after the PUT for the one before. */
  | (NewChats & { readonly kind: 'one by one'; readonly chats: number })
  /** Closes a chat, and the one that gets its agent, and so on. */
  | { readonly kind: 'free slots'; readonly url: string; readonly firstChatId: number; readonly slots: number }

export interface TrafficResult {
  readonly opened: number
  /** Chats with a PUT, in the time in which chats were opened; of a saturation without its warm-up. */
  readonly assigned: number
  readonly assignedPerSecond: number
  /** From before the webhook is signed, or the chat closed, to the arrival of the PUT. */
  readonly waitsMs: readonly number[]
  /** From the arrival of the 200 for the webhook to the arrival of the PUT. */
  readonly afterAnswerMs: readonly number[]
  /** Chats without a PUT after half of the time, when no more were opened, and at the end. */
  readonly waitingHalfway: number
  readonly waitingAtEnd: number
  readonly missing: number
  /** Webhooks that were not accepted, and sent again. */
  readonly repeated: number
  /** PUTs for chats that had one already. */
  readonly doubled: number
}
