import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAccount, type Envelope } from '../../demo/account.ts'
import { createLimiter } from '../../demo/limiter.ts'
import { createSender } from '../../demo/sender.ts'
import { openStandIn } from '../../demo/stand-in.ts'
import { agents } from './world.ts'

const NO_LIMIT = 1_000_000

export type HelpCrunchAccount = Awaited<ReturnType<typeof openHelpCrunch>>

/** One HelpCrunch account with its stand-in, which sends its webhooks to `urlOf()`. */
export async function openHelpCrunch(options: {
  name: string
  urlOf: () => string
  limitPerMinute?: number | undefined
  agents?: number | undefined
  /** Called with each webhook as it is made. */
  onMade?: ((envelope: Envelope) => void) | undefined
  onAcknowledged?: ((envelope: Envelope) => void) | undefined
}) {
  const apiKey = `api-key-of-${options.name}`
  const signingKey = `signing-key-of-${options.name}`
  const sender = createSender({
    url: options.urlOf,
    signingKey,
    clock: systemClock,
    onAcknowledged: options.onAcknowledged ?? (() => undefined),
  })
  const team = agents(options.agents ?? 3)
  const account = createAccount({
    agents: team,
    departments: [],
    clock: systemClock,
    emit(envelope) {
      options.onMade?.(envelope)
      sender.send(envelope)
    },
  })
  const limitPerMinute = options.limitPerMinute ?? NO_LIMIT
  const limiter = createLimiter('sliding', limitPerMinute, systemClock)
  const standIn = await openStandIn({ account, apiKey, limiter, edition: 'en' })
  onTestFinished(async () => {
    sender.close()
    await standIn.close()
  })
  return {
    name: options.name,
    account,
    /** The account's agents; one that is removed is refused from then on. */
    team,
    standIn,
    sender,
    apiKey,
    signingKey,
    limitPerMinute,
    /** The successful PUTs in their order. */
    assigned: () => standIn.puts().filter(({ status }) => status === 200),
  }
}
