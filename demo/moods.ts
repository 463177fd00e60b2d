/** A call as the stand-in sees it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly chatId: number | null
  readonly agentId: number | null
}

/** What the stand-in does instead of answering properly. */
export type Mood =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body: string
      readonly headers?: Record<string, string>
    }
  /** The connection is reset before the call takes effect. */
  | { readonly kind: 'reset' }
  /** The call takes effect, and the connection is reset before the answer is out. */
  | { readonly kind: 'reset after' }
  /** There is never an answer. */
  | { readonly kind: 'hang' }
  /** A proper answer, but late. */
  | { readonly kind: 'late'; readonly ms: number }

/** Asked with every call; `null`: a good mood. */
export type Temper = (call: Call) => Mood | null

/** HelpCrunch's error body, in the words of one of the two editions of its documentation. */
export function errorBody(status: number, edition: 'en' | 'uk', chatId: number | null = null): string {
  const errors: Record<number, Record<'en' | 'uk', readonly { code: string; message: string }[]>> = {
    400: {
      en: [{ code: 'invalid_chat_value', message: 'assignee value is invalid' }],
      uk: [
        { code: 'invalid_request', message: 'Invalid request' },
        { code: 'assignee', message: 'assignee value is invalid' },
      ],
    },
    401: {
      en: [{ code: 'invalid_token', message: 'Token is invalid' }],
      uk: [
        { code: 'invalid_request', message: 'Invalid request' },
        { code: 'unauthorized', message: 'Unauthorized' },
      ],
    },
    404: {
      en: [{ code: 'chat_not_found', message: 'Chat is missing' }],
      uk: [{ code: 'not_fount', message: `Chat for ID "${chatId}" was not found` }],
    },
    429: {
      en: [{ code: 'too_many_requests', message: 'Too many requests' }],
      uk: [{ code: 'too_many_requests', message: 'Too many requests' }],
    },
  }
  return JSON.stringify({ errors: errors[status]?.[edition] ?? [{ code: 'error', message: `HTTP ${status}` }] })
}

/** The API answers every call with this status. */
export function failing(status: number, headers: Record<string, string> = {}): Temper {
  return () => ({ kind: 'answer', status, body: errorBody(status, 'en'), headers })
}

/** The first `count` calls meet `temper`, all later ones a good mood. */
export function firstCalls(count: number, temper: Temper): Temper {
  let left = count
  return (call) => {
    if (left === 0) return null
    const mood = temper(call)
    if (mood !== null) left -= 1
    return mood
  }
}

/** Only calls that assign a chat meet `temper`. */
export function onAssign(temper: Temper): Temper {
  return (call) => (call.method === 'PUT' ? temper(call) : null)
}

/** Every answer takes `ms`, give or take the share `spread` of it. */
export function latency(ms: number, spread: number, random: () => number): Temper {
  return () => ({ kind: 'late', ms: ms * (1 + spread * (2 * random() - 1)) })
}
