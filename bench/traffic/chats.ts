import type { TrafficSetup } from './contract.ts'
import { openHelpCrunch, type Put } from './help-crunch.ts'
import { createSender } from './sender.ts'
import { accountName, signWebhook, type ChatState } from './wire.ts'

/** A chat that has been opened and has no PUT so far. */
interface Waiting {
  readonly sentAt: number
  acceptedAt: number
}

/** The customers and the HelpCrunch of a measurement: the opened chats, and their PUTs. */
export type Chats = Awaited<ReturnType<typeof openChats>>

export async function openChats(setup: TrafficSetup) {
  const departments = new Map<number, number>()
  const waiting = new Map<number, Waiting>()
  const counts = { opened: 0, assigned: 0, repeated: 0, doubled: 0, underWay: 0, echoesUnderWay: 0 }
  const waitsMs: number[] = []
  const afterAnswerMs: number[] = []
  const send = createSender(() => void (counts.repeated += 1))
  const settings = { urls: [] as readonly string[], isEchoed: false }
  let lastChatId = 1000
  let turn = 0
  let onChange = (_put: Put | null): void => undefined

  const { url } = await openHelpCrunch(setup, departments, (put) => {
    const opened = waiting.get(put.chatId)
    if (opened === undefined) {
      // A seeded chat was opened by no webhook.
      if (departments.has(put.chatId)) counts.doubled += 1
      return onChange(put)
    }
    waiting.delete(put.chatId)
    counts.assigned += 1
    waitsMs.push(put.at - opened.sentAt)
    afterAnswerMs.push(put.at - opened.acceptedAt)
    if (settings.isEchoed) {
      const departmentId = departments.get(put.chatId) as number
      counts.echoesUnderWay += 1
      const chat: ChatState = { id: put.chatId, departmentId, assigneeId: put.agentId, status: 'opened' }
      post('chat.assigned', chat, () => void (counts.echoesUnderWay -= 1))
    }
    onChange(put)
  })

  function post(event: string, chat: ChatState, onAccepted: (at: number) => void): void {
    turn += 1
    const account = setup.accounts === 1 ? '' : `/${accountName(chat.id % setup.accounts)}`
    const target = `${settings.urls[turn % settings.urls.length]}/webhooks/helpcrunch${account}`
    send(target, signWebhook(event, chat), onAccepted)
  }

  return {
    url,
    waiting,
    counts,
    waitsMs,
    afterAnswerMs,
    settings,
    post,
    /** From now on `listener` is called for each PUT, and for each accepted webhook (`null`). */
    onChange(listener: (put: Put | null) => void): void {
      onChange = listener
    },
    /** The open chats of one target must not count for the next. */
    giveUp(): void {
      for (const chatId of waiting.keys()) departments.delete(chatId)
      waiting.clear()
    },
    openChat(from: readonly number[]): void {
      lastChatId += 1
      counts.opened += 1
      counts.underWay += 1
      const departmentId = from[lastChatId % from.length] as number
      const chat: Waiting = { sentAt: performance.now(), acceptedAt: Number.NaN }
      departments.set(lastChatId, departmentId)
      waiting.set(lastChatId, chat)
      post('chat.new', { id: lastChatId, departmentId, assigneeId: null, status: 'new' }, (at) => {
        counts.underWay -= 1
        chat.acceptedAt = at
        onChange(null)
      })
    },
  }
}
