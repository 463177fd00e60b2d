import type {
  AgentId,
  ChatId,
  ChatSnapshot,
  CustomerFacts,
  CustomerId,
  Department,
  FoundChat,
  Organization,
  Outcome,
  Roster,
} from '../domain.ts'

/** One page of a list; `size` also counts entries that were unusable and left out. */
export interface Page<T> {
  readonly entries: readonly T[]
  readonly size: number
}

/**
 * The calls to HelpCrunch's REST API v1. None throws because of an answer, retries or waits: the caller decides about
 * that.
 */
export interface HelpCrunch {
  /**
   * `PUT /chats/assignee`. The answer's body is the chat as HelpCrunch has it afterwards.
   * @param checkLease called as the request is written to its connection; if it throws, nothing is sent, and its error
   * is thrown
   */
  assign(chatId: ChatId, agentId: AgentId, checkLease: () => void): Promise<Outcome<ChatSnapshot>>
  /** `GET /chats/{id}`. */
  getChat(chatId: ChatId): Promise<Outcome<ChatSnapshot>>
  /** `GET /customers/{id}`: only the customer's facts that a rule can use. */
  getCustomer(customerId: CustomerId): Promise<Outcome<CustomerFacts>>
  /** `GET /organization`. */
  getOrganization(): Promise<Outcome<Organization>>
  /**
   * `POST /messages`: a private note, which customers do not see. Without the agent it would count as the customer's
   * message.
   */
  addNote(chatId: ChatId, text: string, agentId: AgentId): Promise<Outcome<unknown>>
  /** `POST /chats/search`: one page of the chats that were updated since a time, the oldest update first. */
  searchChats(updatedSince: number, offset: number, limit: number): Promise<Outcome<Page<FoundChat>>>
  /** `GET /agents`, one page. */
  listAgents(offset: number, limit: number): Promise<Outcome<Page<Roster['agents'][number]>>>
  /** `GET /departments`, one page. */
  listDepartments(offset: number, limit: number): Promise<Outcome<Page<Department>>>
}
