import { systemClock } from '../src/clock.ts'
import type { StandInChat } from '../demo/account.ts'
import { createSender, type Sender } from '../demo/sender.ts'
import type { Seen } from '../demo/stand-in.ts'
import { AGENTS } from '../demo/team.ts'
import { openHelpCrunch, SIGNING_KEY, type SignedWebhook } from './help-crunch.ts'
import { FIRST_SEEDED_CHAT, seedDatabase, SEEDED_DEPARTMENT } from './seed.ts'
import { startService } from './service.ts'
import { within } from './within.ts'

const LONGEST_WAIT_MS = 30_000
/** The oldest chats that wait: the account knows those that will have their turn, and none of the rest. */
const KNOWN_WAITING = 1000

/** A service whose agents are all at their capacity of one chat, with an account of its own. */
export interface BacklogSubject extends AsyncDisposable {
  start(): ReturnType<typeof startService>
  prepareNewChats(count: number): SignedWebhook[]
  /** Closes the chat that the first agent has, and answers after how many milliseconds the PUT of the next one arrived. */
  freeSlot(webhooks: string): Promise<number>
}

/** @param waiting how many chats wait for one of the agents already */
export async function openBacklogSubject(database: string, waiting: number): Promise<BacklogSubject> {
  await seedDatabase(database, { agents: AGENTS.length, assigned: AGENTS.length, waiting })
  const everybody = { id: SEEDED_DEPARTMENT, name: 'Everybody', agentIds: AGENTS.map(({ id }) => id) }
  const helpCrunch = await openHelpCrunch({ agents: AGENTS, departments: [everybody] })
  const { account } = helpCrunch
  for (let i = 0; i < AGENTS.length + Math.min(waiting, KNOWN_WAITING); i += 1) {
    const chat = seededChat(FIRST_SEEDED_CHAT + i, AGENTS[i]?.id ?? null)
    account.chats.set(chat.id, chat)
  }
  let held = account.chats.get(FIRST_SEEDED_CHAT)
  let sender: Sender | null = null

  return {
    start: () =>
      startService({ helpCrunch, database, environment: { RATE_LIMIT_PER_MINUTE: '1000000', AGENT_CAPACITY: '1' } }),
    prepareNewChats: helpCrunch.prepareNewChats,
    async freeSlot(webhooks) {
      sender ??= createSender({ url: webhooks, signingKey: SIGNING_KEY, clock: systemClock })
      helpCrunch.onWebhook(sender.send)
      if (held === undefined) throw new Error('the slot went to a chat that the account does not know')
      const put = Promise.withResolvers<Seen>()
      helpCrunch.onPut(put.resolve)
      const closedAt = performance.now()
      account.close(held)
      const { at, chatId } = await within(LONGEST_WAIT_MS, () => 'the PUT for the freed slot', put.promise)
      await sender.settled()
      held = account.chats.get(chatId ?? 0)
      return at - closedAt
    },
    [Symbol.asyncDispose]: () => helpCrunch[Symbol.asyncDispose](),
  }
}

function seededChat(id: number, assigneeId: number | null): StandInChat {
  return {
    id,
    customerId: id,
    departmentId: SEEDED_DEPARTMENT,
    createdAt: Date.now(),
    createdWith: 'customer_message',
    messages: [],
    communicatedAgentIds: new Set(),
    readByAgent: false,
    status: assigneeId === null ? 'new' : 'opened',
    assigneeId,
    snoozedUntil: null,
    isDeleted: false,
    // Long ago: the search for lost webhooks finds nothing.
    updatedAt: 0,
    lastCustomerMessageAt: Date.now(),
  }
}
