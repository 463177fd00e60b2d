/** Schemas that several routes share. */
export const accountParams = {
  type: 'object',
  required: ['account'],
  properties: { account: { type: 'string', description: 'the name of the account; of the only one: default' } },
} as const

export const agentParams = {
  type: 'object',
  required: ['account', 'agentId'],
  properties: {
    ...accountParams.properties,
    agentId: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  },
} as const

export const chatParams = {
  type: 'object',
  required: ['account', 'chatId'],
  properties: {
    ...accountParams.properties,
    chatId: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  },
} as const

export const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
  after: { type: 'string', pattern: String.raw`^[0-9]+(\.[0-9]+)?$`, description: 'the `next` of the page before' },
} as const

/** The schema of one page of a list. */
export function pageOf<Items extends object>(items: Items) {
  return {
    type: 'object',
    required: ['items', 'next'],
    properties: {
      items: { type: 'array', items },
      next: { type: ['string', 'null'], description: 'ask for it with `after`; null: this is the last page' },
    },
  } as const
}

export const time = { type: 'integer', description: 'milliseconds since the epoch' } as const
export const timeOrNull = { ...time, type: ['integer', 'null'] } as const
