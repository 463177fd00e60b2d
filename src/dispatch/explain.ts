import type { Logger } from 'pino'
import type { Step } from '../core/contract.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { Lane } from '../rate-limit/contract.ts'

/** Adds the reason of an assignment to its chat. */
export type Explain = (step: Extract<Step, { kind: 'put' }>) => void

/** As a private note, in the background of the lane, and once: a note that is lost is no harm. */
export function createExplain({ lane, client, logger }: { lane: Lane; client: HelpCrunch; logger: Logger }): Explain {
  return ({ chatId, summary, agentId }) => {
    lane
      .request('background', () => client.addNote(chatId, summary, agentId))
      .catch((error: unknown) => logger.debug({ err: error, chatId }, 'note not added'))
  }
}
