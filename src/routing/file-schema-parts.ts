/** The larger parts of the routing file's schema. */

const ID = '^[1-9][0-9]{0,15}$'
export const minutes = { type: 'number', exclusiveMinimum: 0, maximum: 100_000 } as const
export const seconds = { type: 'integer', minimum: 0, maximum: 1_000_000 } as const
export const capacity = { type: 'number', minimum: 0, maximum: 10_000, description: 'chats at once; 0: none' } as const
export const names = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 100 } } as const
export const date = {
  type: 'string',
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  description: 'a date such as 2026-12-24',
} as const
const time = {
  type: 'string',
  pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  description: 'a local time such as "09:00", in quotes',
} as const

export const shifts = {
  type: 'object',
  description: 'hours of work, by name',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    required: ['zone', 'hours'],
    properties: {
      zone: { type: 'string', description: 'an IANA time zone such as Europe/Kyiv' },
      hours: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['days', 'from', 'to'],
          properties: {
            days: {
              type: 'array',
              minItems: 1,
              items: { type: 'string', enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
              description: 'the days on which these hours begin',
            },
            from: time,
            to: { ...time, description: 'an end at or before the start is on the next day' },
          },
        },
      },
      holidays: { type: 'array', items: date },
    },
  },
} as const

export const agents = {
  type: 'object',
  description: 'settings of single agents, by their id in HelpCrunch',
  additionalProperties: false,
  patternProperties: {
    [ID]: {
      type: 'object',
      additionalProperties: false,
      properties: {
        name: { type: 'string', description: 'for people who read the file; not used' },
        capacity,
        weight: {
          type: 'number',
          minimum: 0,
          maximum: 1000,
          description: 'the share of new chats, for the rule "share"; 0: none',
        },
        shift: { type: 'string', description: 'the name of a shift' },
        skills: names,
        leave: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['from', 'to'],
            properties: { from: date, to: date },
          },
          description: 'days off, both included',
        },
      },
    },
  },
} as const

export const departments = {
  type: 'object',
  description: 'settings of departments, by their id in HelpCrunch; "none": chats without a department',
  additionalProperties: false,
  patternProperties: {
    '^([1-9][0-9]{0,15}|none)$': {
      type: 'object',
      additionalProperties: false,
      properties: {
        name: { type: 'string', description: 'for people who read the file; not used' },
        capacity: {
          ...capacity,
          description: 'chats at once for agents without a capacity of their own, where the chat is of this department',
        },
        whenNobody: {
          description: 'wait, anyway, { department: id } or { agent: id }: what to do when none of its agents is there',
          oneOf: [
            { type: 'string', enum: ['wait', 'anyway'] },
            {
              type: 'object',
              additionalProperties: false,
              required: ['department'],
              properties: { department: { type: 'integer', minimum: 1 } },
            },
            {
              type: 'object',
              additionalProperties: false,
              required: ['agent'],
              properties: { agent: { type: 'integer', minimum: 1 } },
            },
          ],
        },
        overflow: {
          type: 'array',
          minItems: 1,
          description:
            'steps, each with its own time; later ones let in more agents. One where no agent is there is skipped',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['to'],
            properties: {
              to: {
                description: 'own, another department’s id, anybody, or nobody: then the chat is left unassigned',
                oneOf: [
                  { type: 'string', enum: ['own', 'anybody', 'nobody'] },
                  { type: 'integer', minimum: 1 },
                ],
              },
              seconds: { ...seconds, description: 'how long this step lasts; none: for ever' },
            },
          },
        },
      },
    },
  },
} as const
