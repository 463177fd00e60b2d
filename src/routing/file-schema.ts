import type { FromSchema } from 'json-schema-to-ts'
import { agents, capacity, departments, labels, minutes, seconds, shifts } from './file-schema-parts.ts'

/** The routing file. Published as `routing.schema.json`, so that editors complete it; the descriptions are their hints. */
export const routingFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Routing file of helpcrunch-autoassign',
  type: 'object',
  additionalProperties: false,
  properties: {
    rules: { type: 'string', description: 'names of rules in their order, with commas between; as ROUTING_RULES' },
    capacity: { ...capacity, description: 'chats at once for who has no capacity of their own' },
    channels: {
      type: 'object',
      additionalProperties: false,
      description: 'how much of a capacity one chat of a channel takes',
      properties: {
        chat: { type: 'number', minimum: 0, maximum: 100 },
        email: { type: 'number', minimum: 0, maximum: 100 },
      },
    },
    freed: {
      type: 'object',
      additionalProperties: false,
      description: 'which open chats take no capacity, beside snoozed ones',
      properties: { onHold: { type: 'boolean' }, silentMinutes: minutes },
    },
    shift: { type: 'string', description: 'the shift of agents who name none' },
    shifts,
    agents,
    departments,
    labels,
    needs: {
      type: 'array',
      description: 'which skill a chat with a label needs',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['label', 'skill'],
        properties: {
          label: { type: 'string' },
          skill: { type: 'string' },
          relaxAfterMinutes: { ...minutes, description: 'then anybody may have it; none: never' },
        },
      },
    },
    priorities: {
      type: 'object',
      description: 'minutes that a chat with this label is ahead of others',
      additionalProperties: { type: 'number', minimum: 0, maximum: 100_000 },
    },
    hereMinutes: {
      ...minutes,
      description: 'who wrote to a customer within so many minutes goes before others, for the rule "present"',
    },
    sticky: {
      type: 'object',
      additionalProperties: false,
      description: 'the customer’s last agent first, for the rule "sticky"',
      properties: { waitSeconds: seconds, forgetAfterDays: { type: 'number', exclusiveMinimum: 0, maximum: 3650 } },
    },
    guard: {
      type: 'object',
      additionalProperties: false,
      required: ['chats', 'minutes'],
      description: 'at most so many new chats per agent in so many minutes, for the rule "guard"',
      properties: { chats: { type: 'integer', minimum: 1, maximum: 20 }, minutes },
    },
    external: {
      type: 'object',
      additionalProperties: false,
      required: ['url'],
      description: 'an endpoint that is asked once per decision, for the rule "external"',
      properties: {
        url: {
          type: 'string',
          pattern: '^https?://[^\\s@]+$',
          description: 'an address without a name and password in it',
        },
        timeoutMs: { type: 'integer', minimum: 50, maximum: 10_000, description: 'how long it may take (1000)' },
      },
    },
    handOver: {
      type: 'object',
      additionalProperties: false,
      description: 'when an agent’s open chats go to others',
      properties: { atShiftEnd: { type: 'boolean' }, whenPaused: { type: 'boolean' } },
    },
    noAnswer: {
      type: 'object',
      additionalProperties: false,
      required: ['minutes'],
      description: 'a chat that its agent has not answered for so many minutes of their working time goes to another',
      properties: {
        minutes,
        hops: {
          type: 'integer',
          minimum: 1,
          maximum: 20,
          description: 'at most so many agents one after the other (3)',
        },
        awayAfter: {
          type: 'integer',
          minimum: 1,
          maximum: 100,
          description: 'who let so many pass gets none until they write',
        },
      },
    },
  },
} as const

export type RoutingFile = FromSchema<typeof routingFileSchema>
