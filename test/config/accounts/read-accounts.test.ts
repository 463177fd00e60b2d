import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ONLY_ACCOUNT, readAccounts } from '../../../src/config/accounts/read-accounts.ts'
import { readConfig } from '../../../src/config/config.ts'
import { ACME, API_KEY, BETA, mistakesIn, NAME, read, readLines, write } from '../../support/accounts-file.ts'

const REFERENCE = 'has a ${ without the name of a variable and a }, as in ${ACME_API_KEY}'

const NO_TOKENS = { subdomain: null, adminToken: null, viewerToken: null }

describe('the accounts are', () => {
  test('the one of the environment’s variables, named default', async () => {
    expect(ONLY_ACCOUNT).toBe('default')
    const keys = { HELPCRUNCH_API_KEY: 'k', HELPCRUNCH_WEBHOOK_SIGNING_KEY: 'old, new' }
    const only = {
      name: ONLY_ACCOUNT,
      apiKey: 'k',
      signingKeys: ['old', 'new'],
      apiUrl: 'https://api.helpcrunch.com/v1',
      limitPerMinute: 120,
      routingFile: null,
      ...NO_TOKENS,
    }
    expect(await readAccounts(await readConfig(keys), {})).toEqual([only])
    const more = { HELPCRUNCH_API_URL: 'http://x/v1', RATE_LIMIT_PER_MINUTE: '60', ROUTING_FILE: './r.yaml' }
    expect(await readAccounts(await readConfig({ ...keys, ...more }), {})).toEqual([
      { ...only, apiUrl: 'http://x/v1', limitPerMinute: 60, routingFile: './r.yaml' },
    ])
  })

  test('those of the file, with its defaults, and routing files beside it', async () => {
    const more = [
      '    apiUrl: http://x/v1',
      '    requestsPerMinute: 60',
      '    routingFile: routing/beta.yaml',
      '    subdomain: beta',
      '    adminToken: only-for-beta-0123456789',
    ]
    const { directory, path } = await write([...ACME, ...BETA, ...more])
    expect(await read(path)).toEqual([
      {
        name: 'acme',
        apiKey: 'secret-1',
        signingKeys: ['secret-2'],
        apiUrl: 'https://api.helpcrunch.com/v1',
        limitPerMinute: 120,
        routingFile: null,
        ...NO_TOKENS,
      },
      {
        name: 'beta',
        apiKey: 'secret-3',
        signingKeys: ['secret-4'],
        apiUrl: 'http://x/v1',
        limitPerMinute: 60,
        routingFile: join(directory, 'routing/beta.yaml'),
        ...NO_TOKENS,
        subdomain: 'beta',
        adminToken: 'only-for-beta-0123456789',
      },
    ])
  })

  test('those of the example', async () => {
    const accounts = await read('accounts.example.yaml', {
      ACME_API_KEY: 'a',
      ACME_SIGNING_KEY: 'b',
      GLOBEX_API_KEY: 'c',
      GLOBEX_SIGNING_KEY: 'd',
    })
    expect(accounts).toMatchObject([
      { name: 'acme', apiKey: 'a', limitPerMinute: 240, routingFile: join(process.cwd(), 'routing.example.yaml') },
      { name: 'globex', signingKeys: ['d'], limitPerMinute: 120, routingFile: null },
    ])
  })
})

test('a routing file with an absolute path is used as it is', async () => {
  expect(await readLines([...ACME, '    routingFile: /etc/acme.yaml'])).toMatchObject([
    { routingFile: '/etc/acme.yaml' },
  ])
})

describe('a reference', () => {
  const referring = (key: string, rest: string[] = []) => [
    'accounts:',
    '  - name: acme',
    `    apiKey: ${key}`,
    '    signingKey: ${OLD},${NEW}',
    ...rest,
  ]
  const environment = { KEY: ' secret-1 ', OLD: 'secret-2', NEW: 'secret-3', HOST: 'x' }

  test('is replaced from the environment, wherever it stands', async () => {
    const lines = referring('pre-${KEY}-post', ['    apiUrl: https://${HOST}/v1'])
    expect(await readLines(lines, environment)).toMatchObject([
      { apiKey: 'pre-secret-1-post', signingKeys: ['secret-2', 'secret-3'], apiUrl: 'https://x/v1' },
    ])
  })

  test('in a replaced value is not replaced again', async () => {
    expect(await readLines(referring('${KEY}'), { ...environment, KEY: '${OLD}$&' })).toMatchObject([
      { apiKey: '${OLD}$&' },
    ])
  })

  test('to a variable that is not set is a mistake, without further ones for the same value', async () => {
    expect(await mistakesIn(referring('${KEY}', ['    apiUrl: ${HOST}']), { KEY: ' ', OLD: 'o' })).toBe(
      [
        'account "acme": apiKey refers to KEY, which is not set',
        'account "acme": signingKey refers to NEW, which is not set',
        'account "acme": apiUrl refers to HOST, which is not set',
      ].join('; '),
    )
  })

  test('to a value with its quotation marks is a mistake that does not repeat the value', async () => {
    const mistakes = await mistakesIn(referring('${KEY}'), { ...environment, KEY: '"secret-1"' })
    expect(mistakes).toBe(
      'account "acme": apiKey refers to KEY, which begins and ends with a quotation mark; write it without quotes',
    )
  })

  test('of two accounts to the same unset variable does not count as the same key', async () => {
    const lines = [...referring('${KEY}'), '  - name: beta', '    apiKey: ${KEY}', '    signingKey: ${OLD}']
    expect(await mistakesIn(lines, { OLD: 'secret-2', NEW: 'secret-3' })).toBe(
      'account "acme": apiKey refers to KEY, which is not set; account "beta": apiKey refers to KEY, which is not set',
    )
  })

  test('to a property that every object has counts as not set', async () => {
    expect(await mistakesIn(referring('${constructor}'), environment)).toBe(
      'account "acme": apiKey refers to constructor, which is not set',
    )
  })

  test.for(['${KEY', '${}', '${KEY:-secret-9}', '${9}', '${constructor', '${', '${ KEY }'])(
    'to no name: %s',
    async (key) => {
      expect(await mistakesIn(referring(`'${key}'`), environment)).toBe(`account "acme": apiKey ${REFERENCE}`)
    },
  )

  test('is checked after its replacement', async () => {
    expect(await mistakesIn(referring('${KEY}'), { ...environment, KEY: 'secret\n1' })).toBe(
      `account "acme": apiKey is not usable, it should be ${API_KEY}`,
    )
  })

  test('is not replaced in a name', async () => {
    expect(await mistakesIn(['accounts:', '  - name: ${KEY}', ...ACME.slice(2)], environment)).toBe(
      `account 1 of the list: name is not usable, it should be ${NAME}`,
    )
  })
})

describe('a value is read as its text', () => {
  test.for(['0123', '1e9', '12345678901234567890', 'null', 'true', '0x1F'])('%s', async (value) => {
    const lines = ['accounts:', '  - name: acme', `    apiKey: ${value}`, `    signingKey: ${value}`]
    expect(await readLines(lines)).toMatchObject([{ apiKey: value, signingKeys: [value] }])
  })

  test('also behind an alias', async () => {
    const lines = [...ACME, '    apiUrl: &stand-in http://x/v1', ...BETA, '    apiUrl: *stand-in']
    expect(await readLines(lines)).toMatchObject([{ apiUrl: 'http://x/v1' }, { apiUrl: 'http://x/v1' }])
  })

  test('without the line break of a block', async () => {
    const lines = [...ACME.slice(0, 2), '    apiKey: |', '      secret-1', '    signingKey: |', '      secret-2', '']
    expect(await readLines(lines)).toMatchObject([{ apiKey: 'secret-1', signingKeys: ['secret-2'] }])
  })
})
