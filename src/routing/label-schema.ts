import type { Channel } from '../domain.ts'
import { date, names } from './file-schema-parts.ts'

const CHANNELS = [
  'chat',
  'email',
  'telegram',
  'viber',
  'facebook',
  'instagram',
  'whatsapp',
] as const satisfies readonly Channel[]

const days = {
  after: { ...date, description: 'later than this day' },
  before: { ...date, description: 'earlier than this day' },
  from: { ...date, description: 'this day or later' },
  to: { ...date, description: 'this day or earlier' },
} as const

/** Conditions of one attribute: any of these values, or a range of numbers or days. */
const attribute = {
  description: 'a list of values, or a range such as { atLeast: 1000 } or { after: 2026-01-01 }',
  oneOf: [
    { type: 'array', items: { type: ['string', 'number', 'boolean'] } },
    {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        atLeast: { type: 'number' },
        atMost: { type: 'number' },
        above: { type: 'number' },
        below: { type: 'number' },
        ...days,
      },
    },
  ],
} as const

/**
 * Labels name what a chat is about. Conditions on what only the customer's record tells cost one request a day for each
 * customer.
 */
export const labels = {
  type: 'object',
  description: 'names for what a chat is about; all conditions of a label must hold, and of each one any value',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      channel: {
        type: 'array',
        items: { type: 'string', enum: CHANNELS },
        description: 'chat: all but e-mail, messengers included',
      },
      application: { type: 'array', items: { type: 'integer', minimum: 1 } },
      broadcastReply: { type: 'boolean', description: 'the chat began with a reply to an automatic or mass message' },
      text: { ...names, description: 'words or phrases, anywhere in the message, in any case' },
      language: { ...names, description: 'the customer’s, such as fr (with any region) or fr-CA' },
      tags: { ...names, description: 'the customer’s' },
      attributes: {
        type: 'object',
        description: 'custom data of the customer, by name',
        additionalProperties: attribute,
      },
      country: { ...names, description: 'the customer’s, in two letters such as UA' },
      company: { ...names, description: 'the customer’s' },
      createdFrom: { ...names, description: 'where HelpCrunch has the customer from, such as telegram' },
      page: { ...names, description: 'parts of the address of the page that the customer saw last' },
      customerSince: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        description: 'the day on which HelpCrunch first had the customer',
        properties: days,
      },
    },
  },
} as const
