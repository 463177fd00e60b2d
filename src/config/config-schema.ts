import type { FromSchema } from 'json-schema-to-ts'

/** Every variable with its default. The `description` is the text of the message about a wrong value. */
export const configSchema = {
  type: 'object',
  // With several accounts, their file has each account's keys.
  if: { required: ['ACCOUNTS_FILE'] },
  else: { required: ['HELPCRUNCH_API_KEY', 'HELPCRUNCH_WEBHOOK_SIGNING_KEY'] },
  required: [
    'HELPCRUNCH_API_URL',
    'HOST',
    'PORT',
    'DATABASE_URL',
    'RATE_LIMIT_PER_MINUTE',
    'REQUEST_TIMEOUT_MS',
    'MAX_ATTEMPTS',
    'SYNC_INTERVAL_SECONDS',
    'RECONCILE_LOOKBACK_MINUTES',
    'EVENT_RETENTION_DAYS',
    'DRY_RUN',
    'EXPLAIN_IN_CHAT',
    'LOG_LEVEL',
    'SHUTDOWN_TIMEOUT_MS',
  ],
  properties: {
    HELPCRUNCH_API_KEY: {
      type: 'string',
      pattern: '^[\\x21-\\x7e]+$',
      description: 'the API key of your HelpCrunch account',
    },
    HELPCRUNCH_WEBHOOK_SIGNING_KEY: {
      type: 'string',
      pattern: '^\\s*[^,\\s][^,]*(,\\s*[^,\\s][^,]*)*$',
      description:
        'the webhook signing key of your HelpCrunch account; while it is being changed, both, with a comma between',
    },
    HELPCRUNCH_API_URL: {
      type: 'string',
      pattern: '^https?://[^\\s]+$',
      default: 'https://api.helpcrunch.com/v1',
      description: 'an address that begins with https:// (or http:// for a test)',
    },
    ACCOUNTS_FILE: { type: 'string', description: 'the path of a file with several HelpCrunch accounts' },
    HOST: { type: 'string', default: '0.0.0.0', description: 'the address to listen on' },
    PORT: {
      type: 'integer',
      minimum: 0,
      maximum: 65535,
      default: 3000,
      description: 'a port number from 0 (any free one) to 65535',
    },
    OPERATIONS_PORT: {
      type: 'integer',
      minimum: 0,
      maximum: 65535,
      description: 'a port number from 0 (any free one) to 65535; leave it out for no such port',
    },
    TRUSTED_PROXIES: {
      type: 'string',
      description: 'addresses or networks of your proxies, such as 10.0.0.0/8, with commas between',
    },
    DATABASE_URL: {
      type: 'string',
      pattern: '^(file:|postgres(ql)?://).+$',
      default: 'file:./data/autoassign.db',
      description: 'file: and the path of the database, or postgres:// and the address of a PostgreSQL database',
    },
    ROUTING_RULES: {
      type: 'string',
      description: 'the names of routing rules, with commas between',
    },
    ROUTING_FILE: { type: 'string', description: 'the path of a routing file' },
    ROUTING_PLUGINS: { type: 'string', description: 'paths of modules with routing rules, with commas between' },
    AGENT_CAPACITY: {
      type: 'integer',
      minimum: 1,
      description:
        'how many chats an agent may have at once, 1 or more; leave it out for no limit, and give agents who shall have none a capacity of 0 in the routing file',
    },
    BOT_AGENT_IDS: {
      type: 'string',
      pattern: '^(none|[1-9][0-9]{0,14}(\\s*,\\s*[1-9][0-9]{0,14})*)$',
      description:
        'ids of agents who are bots, with commas between, or none, with which HelpCrunch’s HelpBot is a person, too',
    },
    RATE_LIMIT_PER_MINUTE: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      default: 120,
      description: 'requests a minute, 1 to 1000000',
    },
    REQUEST_TIMEOUT_MS: {
      type: 'integer',
      minimum: 100,
      maximum: 120_000,
      default: 10_000,
      description: 'milliseconds, 100 to 120000',
    },
    MAX_ATTEMPTS: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 8,
      description: 'a number of attempts, 1 to 100',
    },
    SYNC_INTERVAL_SECONDS: {
      type: 'integer',
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: 'seconds, 1 to 86400',
    },
    RECONCILE_LOOKBACK_MINUTES: {
      type: 'integer',
      minimum: 0,
      maximum: 100_000,
      default: 60,
      description: 'minutes, 0 to 100000',
    },
    EVENT_RETENTION_DAYS: { type: 'integer', minimum: 1, maximum: 3650, default: 30, description: 'days, 1 to 3650' },
    DRY_RUN: { type: 'boolean', default: false, description: 'true or false' },
    EXPLAIN_IN_CHAT: { type: 'boolean', default: false, description: 'true or false' },
    ADMIN_TOKEN: {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{16,}$',
      description: 'a secret of at least 16 characters without spaces; leave it out for no API and no page',
    },
    VIEWER_TOKEN: {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{16,}$',
      description: 'a secret of at least 16 characters without spaces, for who may look and not act',
    },
    METRICS_TOKEN: {
      type: 'string',
      pattern: '^[\\x21-\\x7e]{16,}$',
      description: 'a secret of at least 16 characters without spaces; opens /metrics and the details of /readyz alone',
    },
    PUBLIC_URL: {
      type: 'string',
      pattern: '^https?://[^\\s?#]+$',
      description: 'the address at which people reach the page, such as https://example.com/autoassign/',
    },
    TRUSTED_PROXY: {
      type: 'string',
      pattern: '^[0-9a-fA-F.:]+(/\\d{1,3})?(\\s*,\\s*[0-9a-fA-F.:]+(/\\d{1,3})?)*$',
      description: 'addresses of the proxies that log people in, such as 10.0.0.5 or 10.0.0.0/8, with commas between',
    },
    SSO_USER_HEADER: {
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9-]*$',
      description: 'the header in which the proxies of TRUSTED_PROXY name the person, such as Remote-User',
    },
    SSO_OPERATORS: {
      type: 'string',
      description: 'the names of those who may act, with commas between; all others only look',
    },
    HELPCRUNCH_SUBDOMAIN: {
      type: 'string',
      pattern: '^[a-z0-9-]+$',
      description: 'acme where your HelpCrunch is at https://acme.helpcrunch.com',
    },
    LOG_LEVEL: {
      type: 'string',
      enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      default: 'info',
      description: 'one of fatal, error, warn, info, debug, trace, silent',
    },
    SHUTDOWN_TIMEOUT_MS: {
      type: 'integer',
      minimum: 0,
      maximum: 600_000,
      default: 8000,
      description: 'milliseconds, 0 to 600000',
    },
  },
} as const

export type Config = FromSchema<typeof configSchema>
