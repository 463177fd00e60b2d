import { systemClock } from '../src/clock.ts'
import { createAccount } from './account.ts'
import { createLimiter } from './limiter.ts'
import { seededRandom } from './random.ts'
import { createSender } from './sender.ts'
import { openStandIn } from './stand-in.ts'
import { AGENTS, DEMO_API_KEY, DEMO_SIGNING_KEY, DEPARTMENTS, HELP_BOT } from './team.ts'
import { startTraffic } from './traffic.ts'

const LIMIT_PER_MINUTE = 120
const CONVERSATION_MS = 12_000

/** The stand-in and the traffic alone, for a service in another container. Prints what the API is asked for. */
export async function serveStandIn(options: {
  host: string
  port: number
  webhooks: string
  chatsPerMinute: number
  seed: number
  interrupted: Promise<void>
}): Promise<void> {
  const clock = systemClock
  const sender = createSender({ url: options.webhooks, signingKey: DEMO_SIGNING_KEY, clock })
  const account = createAccount({ agents: AGENTS, departments: DEPARTMENTS, clock, emit: sender.send })
  const standIn = await openStandIn({
    account,
    apiKey: DEMO_API_KEY,
    limiter: createLimiter('sliding', LIMIT_PER_MINUTE, clock),
    host: options.host,
    port: options.port,
    onCall: (call) =>
      process.stdout.write(`${call.method} ${call.path} chat ${call.chatId} agent ${call.agentId}: ${call.status}\n`),
  })
  process.stdout.write(`stand-in listens on port ${options.port}, webhooks go to ${options.webhooks}\n`)
  const { chatsPerMinute, seed } = options
  const traffic = startTraffic({
    account,
    chatsPerMinute,
    conversationMs: CONVERSATION_MS,
    clock,
    random: seededRandom(seed),
    bot: HELP_BOT,
  })
  await options.interrupted
  traffic.close()
  sender.close()
  await standIn.close()
}
