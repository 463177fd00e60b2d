import type { ChatId, CustomerId } from '../domain.ts'
import type { Input } from './contract.ts'

/** What must be read into the state before an input is applied. */
export interface Needs {
  readonly chatIds: readonly ChatId[]
  readonly customerIds: readonly CustomerId[]
}

const NONE: Needs = { chatIds: [], customerIds: [] }

export function needsOf(input: Input): Needs {
  switch (input.kind) {
    case 'event':
      return ofChats([input.event.chatId], [input.event.facts.customerId])
    case 'page':
      return ofChats(
        input.found.map(({ id }) => id),
        input.found.map(({ facts }) => facts.customerId),
      )
    case 'due':
      return ofChats(input.chatIds)
    case 'step':
    case 'settlement':
      return ofChats([input.chatId])
    case 'act':
      return input.act.act === 'replay' ? ofChats([input.act.letter.chatId]) : NONE
    case 'takeover':
      return ofChats(input.decided.map(({ chatId }) => chatId))
    case 'roster':
    case 'policy':
      return NONE
  }
}

function ofChats(chatIds: readonly ChatId[], customerIds: readonly (CustomerId | null)[] = []): Needs {
  return { chatIds: [...new Set(chatIds)], customerIds: [...new Set(customerIds.filter((id) => id !== null))] }
}
