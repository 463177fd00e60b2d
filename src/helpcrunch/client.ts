import type { ClientRequest } from 'node:http'
import got, { RequestError } from 'got'
import type { Clock, Outcome } from '../domain.ts'
import { readAgent, readAnswerOf, readDepartment, readFoundChat, readOrganization, readPage } from './answers.ts'
import { readSnapshot } from './chat.ts'
import type { HelpCrunch } from './contract.ts'
import { readCustomer } from './customer.ts'
import { readOutcome } from './outcome.ts'

/** The largest body that is read. A page of a hundred chats, the largest answer, is far smaller. */
const MAX_BODY_BYTES = 4 * 1024 * 1024

/**
 * Creates the client of HelpCrunch's API.
 * @param apiUrl such as `https://api.helpcrunch.com/v1`
 */
export function createClient(options: {
  apiUrl: string
  apiKey: string
  timeoutMs: number
  clock: Clock
  /** Called with the `Date` header of each answer. */
  onDate?: (date: number) => void
}): HelpCrunch {
  const http = got.extend({
    prefixUrl: options.apiUrl,
    headers: {
      authorization: `Bearer ${options.apiKey}`,
      accept: 'application/json',
      'user-agent': 'helpcrunch-autoassign',
    },
    timeout: { request: options.timeoutMs },
    // Only the dispatcher retries. A redirect would send the key to another address.
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    responseType: 'text',
    // Without compression a small answer cannot become a thousand times larger here.
    decompress: false,
  })

  async function call<T>(
    method: 'GET' | 'PUT' | 'POST',
    path: string,
    json: object | null,
    readBody: (body: unknown) => T | null,
    checkLease?: () => void,
  ): Promise<Outcome<T>> {
    const sentAt = options.clock.now()
    const tooLarge = new AbortController()
    let refusal = undefined as Error | undefined
    try {
      const request = http(path, { method, signal: tooLarge.signal, ...(json === null ? {} : { json }) })
      void request.on('downloadProgress', ({ transferred }) => {
        if (transferred > MAX_BODY_BYTES) tooLarge.abort()
      })
      if (checkLease !== undefined) {
        void request.on('request', (sent: ClientRequest) =>
          checkAsItLeaves(sent, checkLease, (error) => (refusal = error)),
        )
      }
      const { statusCode: status, body, headers } = await request
      const date = Date.parse(headers.date ?? '')
      if (!Number.isNaN(date)) options.onDate?.(date)
      return readOutcome({ status, body, retryAfter: headers['retry-after'], date: headers.date, sentAt }, readBody)
    } catch (error) {
      if (refusal !== undefined) throw refusal
      if (tooLarge.signal.aborted) return { kind: 'failed', reason: `answer larger than ${MAX_BODY_BYTES} bytes` }
      // Only the code: the error's other fields contain the request's headers, and so the key.
      if (error instanceof RequestError) return { kind: 'failed', reason: error.code }
      throw error
    }
  }

  return {
    assign(chatId, agentId, checkLease) {
      const readBody = (body: unknown) => readAnswerOf(chatId, body, readSnapshot)
      return call('PUT', 'chats/assignee', { id: chatId, assignee: agentId }, readBody, checkLease)
    },
    getChat: (chatId) => call('GET', `chats/${chatId}`, null, (body) => readAnswerOf(chatId, body, readSnapshot)),
    getCustomer: (customerId) =>
      call('GET', `customers/${customerId}`, null, (body) => readAnswerOf(customerId, body, readCustomer)),
    getOrganization: () => call('GET', 'organization', null, readOrganization),
    addNote: (chatId, text, agentId) =>
      call('POST', 'messages', { chat: chatId, text, type: 'private', agent: agentId }, (body) => body ?? {}),
    searchChats: (updatedSince, offset, limit) =>
      call('POST', 'chats/search', searchFor(updatedSince, offset, limit), (body) => readPage(body, readFoundChat)),
    listAgents: (offset, limit) =>
      call('GET', `agents?offset=${offset}&limit=${limit}`, null, (body) => readPage(body, readAgent)),
    listDepartments: (offset, limit) =>
      call('GET', `departments?offset=${offset}&limit=${limit}`, null, (body) => readPage(body, readDepartment)),
  }
}

/** Searches by time alone, in UNIX seconds: the API filters statuses by numbers that no documentation explains. */
function searchFor(updatedSince: number, offset: number, limit: number) {
  const filter = [{ field: 'chats.updatedAt', operator: '>=', value: Math.floor(updatedSince / 1000) }]
  return { filter, comparison: 'AND', sort: 'chats.updatedAt', order: 'ASC', offset, limit }
}

/**
 * Checks the lease as the request leaves. The process may have been suspended since the decision to send, most likely
 * while it connected, so the check runs in the turn of the event loop that writes the request.
 */
function checkAsItLeaves(request: ClientRequest, checkLease: () => void, onRefused: (error: Error) => void): void {
  const check = () => {
    try {
      checkLease()
    } catch (error) {
      onRefused(error as Error)
      request.destroy(error as Error)
    }
  }
  request.once('socket', (socket) => {
    check()
    if (socket.connecting) socket.once('connect', check)
  })
}
