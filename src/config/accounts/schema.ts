import type { FromSchema } from 'json-schema-to-ts'
import { configSchema } from '../config-schema.ts'

const {
  HELPCRUNCH_API_KEY,
  HELPCRUNCH_WEBHOOK_SIGNING_KEY,
  HELPCRUNCH_API_URL,
  HELPCRUNCH_SUBDOMAIN,
  RATE_LIMIT_PER_MINUTE,
  ROUTING_FILE,
  ADMIN_TOKEN,
  VIEWER_TOKEN,
} = configSchema.properties

/**
 * The schema of the file with several accounts. Settings that are also variables are checked like these; a description
 * is the text of the message about a mistake.
 */
export const accountsFileSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['accounts'],
  description: 'the property accounts with a list',
  properties: {
    accounts: {
      type: 'array',
      minItems: 1,
      description: 'a list with at least one account',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'apiKey', 'signingKey'],
        description: 'the properties of an account, such as name, apiKey and signingKey',
        properties: {
          name: {
            type: 'string',
            pattern: '^[a-z0-9][a-z0-9_-]{0,62}$',
            description: 'at most 63 of a-z, 0-9, - and _, a letter or digit first',
          },
          apiKey: HELPCRUNCH_API_KEY,
          signingKey: HELPCRUNCH_WEBHOOK_SIGNING_KEY,
          apiUrl: { ...HELPCRUNCH_API_URL, format: 'address' },
          requestsPerMinute: RATE_LIMIT_PER_MINUTE,
          subdomain: HELPCRUNCH_SUBDOMAIN,
          adminToken: ADMIN_TOKEN,
          viewerToken: VIEWER_TOKEN,
          routingFile: { ...ROUTING_FILE, minLength: 1 },
        },
      },
    },
  },
} as const

export type AccountsFile = FromSchema<typeof accountsFileSchema>
