import { systemClock } from '../src/clock.ts'
import { createAccount, type Account, type Envelope } from '../demo/account.ts'
import { sign } from '../demo/sender.ts'
import { openStandIn, type Seen } from '../demo/stand-in.ts'
import { AGENTS, DEPARTMENTS } from '../demo/team.ts'

export const API_KEY = 'bench-api-key-0123456789'
export const SIGNING_KEY = 'bench-signing-key-0123456789'

/** A webhook's body and its `X-HelpCrunch-Signature`. */
export interface SignedWebhook {
  readonly body: string
  readonly signature: string
}

export interface HelpCrunch extends AsyncDisposable {
  readonly account: Account
  /** The API's base address. */
  readonly url: string
  /** From now on `listener` gets what would be sent as a webhook; before, nobody does. */
  onWebhook(listener: (envelope: Envelope) => void): void
  /** From now on `listener` gets each PUT once it is answered; `at` is when it arrived, by `performance.now()`. */
  onPut(listener: (call: Seen) => void): void
  /** Opens chats in the account, whose webhooks are not sent but returned. */
  prepareNewChats(count: number): SignedWebhook[]
}

/** The demo's stand-in for HelpCrunch with an account, in this process; it refuses nothing. */
export async function openHelpCrunch(team = { agents: AGENTS, departments: DEPARTMENTS }): Promise<HelpCrunch> {
  let emit: (envelope: Envelope) => void = () => undefined
  let notePut: (call: Seen) => void = () => undefined
  const account = createAccount({ ...team, clock: systemClock, emit: (envelope) => emit(envelope) })
  const standIn = await openStandIn({
    account,
    apiKey: API_KEY,
    limiter: { take: () => 0 },
    onCall(call) {
      if (call.method === 'PUT') notePut(call)
    },
  })
  return {
    account,
    url: standIn.url,
    onWebhook(listener) {
      emit = listener
    },
    onPut(listener) {
      notePut = listener
    },
    prepareNewChats(count) {
      const webhooks: SignedWebhook[] = []
      const usualEmit = emit
      emit = (envelope) => void webhooks.push(signWebhook(envelope))
      for (let i = 0; i < count; i += 1) account.openChat(team.departments[i % team.departments.length]?.id ?? null)
      emit = usualEmit
      return webhooks
    },
    [Symbol.asyncDispose]: () => standIn.close(),
  }
}

function signWebhook({ chatId: _chatId, ...envelope }: Envelope): SignedWebhook {
  const body = JSON.stringify({ ...envelope, attempts: 0, lastAttemptAt: envelope.createdAt })
  return { body, signature: sign(body, SIGNING_KEY) }
}
