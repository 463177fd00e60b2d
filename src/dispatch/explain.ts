import type { Logger } from 'pino'
import type { Step } from '../core/contract.ts'
import type { HelpCrunch } from '../helpcrunch/contract.ts'
import type { Lane } from '../rate-limit/contract.ts'

/** Adds the reason for an assignment to its chat. */
export type Explain = (step: Extract<Step, { kind: 'put' }>) => void

/** The most notes in the queue: under a permanent backlog, assignments come first. */
const MAX_IN_LINE = 100

/** Adds the reason as a private note, once, with background priority in the lane. A lost note does no harm. */
export function createExplain({ lane, client, logger }: { lane: Lane; client: HelpCrunch; logger: Logger }): Explain {
  let inLine = 0
  return ({ chatId, summary, agentId }) => {
    if (inLine >= MAX_IN_LINE) return logger.debug({ chatId }, 'note not added: too many stand in line')
    inLine += 1
    lane
      .request('background', () => client.addNote(chatId, summary, agentId))
      .catch((error: unknown) => logger.debug({ err: error, chatId }, 'note not added'))
      .finally(() => (inLine -= 1))
  }
}
