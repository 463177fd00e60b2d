import type { FromSchema } from 'json-schema-to-ts'
import { agents, capacity, departments, minutes, seconds, shifts } from './file-schema-parts.ts'
import { labels } from './label-schema.ts'

const channelWeight = { type: 'number', minimum: 0, maximum: 100 } as const
const bots = {
  type: 'array',
  items: { type: ['integer', 'string'], minimum: 1, minLength: 1, maxLength: 100 },
  description: 'ids or names of agents',
} as const

/** The routing file's schema. Published as `routing.schema.json` for editors, which show the descriptions as hints. */
export const routingFileSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Routing file of helpcrunch-autoassign',
  type: 'object',
  additionalProperties: false,
  properties: {
    rules: {
      type: 'string',
      description: 'names of rules in their order, with commas between; these, and not ROUTING_RULES',
    },
    capacity: { ...capacity, description: 'chats at once for who has no capacity of their own' },
    channels: {
      type: 'object',
      additionalProperties: false,
      description: 'how much of a capacity one chat of a channel takes',
      properties: {
        chat: { ...channelWeight, description: 'messengers, too, where they have no number of their own' },
        email: channelWeight,
        telegram: channelWeight,
        viber: channelWeight,
        facebook: channelWeight,
        instagram: channelWeight,
        whatsapp: channelWeight,
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
    bots: {
      description: 'a list of ids or names, or { agents: [ids or names], routeAfterMinutes: 5 }',
      oneOf: [
        bots,
        {
          type: 'object',
          additionalProperties: false,
          properties: {
            agents: bots,
            routeAfterMinutes: {
              type: 'number',
              minimum: 0,
              maximum: 100_000,
              description: 'a bot’s chat goes to a person after so long, 0: at once; none: when the bot hands it over',
            },
          },
        },
      ],
    },
    waitForDepartmentSeconds: {
      ...seconds,
      description: 'so long a chat without a department waits for one before it goes to agents',
    },
    onlyWhenTeamOnline: {
      type: 'boolean',
      description: 'chats wait while HelpCrunch says that the team is offline',
    },
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
          relaxAfterMinutes: { ...minutes, description: 'then any agent may have it; none: never' },
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
      properties: {
        waitSeconds: seconds,
        forgetAfterDays: { type: 'number', exclusiveMinimum: 0, maximum: 3650 },
        preferBroadcastSender: {
          type: 'boolean',
          description: 'a reply to an automatic or mass message goes to the agent in whose name it was sent',
        },
      },
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
