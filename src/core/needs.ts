import type { ChatId, CustomerId } from '../domain.ts'
import type { Input, OperatorAct } from './inputs.ts'

/** The records that must be in the state before an input is applied. */
export interface Needs {
  readonly chatIds: readonly ChatId[]
  readonly customerIds: readonly CustomerId[]
  /** Customers whose whole record is needed, even if the rules do not look at customers. */
  readonly customerRecordIds: readonly CustomerId[]
}

const NONE: Needs = { chatIds: [], customerIds: [], customerRecordIds: [] }

/** The chats and customers that an input needs in the state. */
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
      return ofChats([input.chatId])
    case 'settlement': {
      const { settlement } = input
      const customerRecordIds = settlement.to === 'customer' ? [settlement.customerId] : []
      return { ...ofChats([input.chatId]), customerRecordIds }
    }
    case 'customer':
      return { ...NONE, customerRecordIds: [input.event.customerId] }
    case 'act':
      return ofChats(chatsOf(input.act))
    case 'takeover':
      return ofChats(input.decided.map(({ chatId }) => chatId))
    case 'roster':
    case 'policy':
      return NONE
  }
}

function chatsOf(act: OperatorAct): readonly ChatId[] {
  if (act.act === 'replay') return [act.letter.chatId]
  if (act.act === 'hand over') return act.chatIds
  return 'chatId' in act ? [act.chatId] : []
}

function ofChats(chatIds: readonly ChatId[], customerIds: readonly (CustomerId | null)[] = []): Needs {
  return {
    chatIds: [...new Set(chatIds)],
    customerIds: [...new Set(customerIds.filter((id) => id !== null))],
    customerRecordIds: [],
  }
}
