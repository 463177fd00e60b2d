import { describe, expect, test } from 'vitest'
import { ACME, API_KEY, BETA, mistakesIn, NAME, read } from '../../support/accounts-file.ts'

/** The other mistakes with their messages. Each file holds keys that begin with "secret". */
const MISTAKES: readonly [what: string, lines: readonly string[], told: string][] = [
  ['an empty file', [''], 'the file: accounts is not set, it should be a list with at least one account'],
  ['a text', ['secret'], 'the file is not usable, it should be the property accounts with a list'],
  ['a list', ['- name: secret'], 'the file is not usable, it should be the property accounts with a list'],
  [
    'an empty list',
    ['accounts: []'],
    'the file: accounts is not usable, it should be a list with at least one account',
  ],
  [
    'accounts that are no list',
    ['accounts:', '  acme: { apiKey: secret }'],
    'the file: accounts is not usable, it should be a list with at least one account',
  ],
  ['an unknown property of the file', [...ACME, 'account: secret'], 'the file: account is not a setting'],
  [
    'an account that has no properties',
    [...ACME, '  - secret'],
    'account 2 of the list is not usable, it should be the properties of an account, such as name, apiKey and signingKey',
  ],
  [
    'a missing name',
    ['accounts:', '  - apiKey: secret', '    signingKey: secret'],
    missing('1 of the list', 'name', NAME),
  ],
  [
    'a name with a capital letter',
    ['accounts:', '  - name: Acme', ...ACME.slice(2)],
    `account 1 of the list: name is not usable, it should be ${NAME}`,
  ],
  [
    'a name of 64 characters',
    ['accounts:', `  - name: ${'a'.repeat(64)}`, ...ACME.slice(2)],
    `account 1 of the list: name is not usable, it should be ${NAME}`,
  ],
  [
    'a name that begins with -',
    ['accounts:', '  - name: -acme', ...ACME.slice(2)],
    `account 1 of the list: name is not usable, it should be ${NAME}`,
  ],
  [
    'a key in the place of a name',
    ['accounts:', '  - name: secret KEY', ...ACME.slice(2)],
    `account 1 of the list: name is not usable, it should be ${NAME}`,
  ],
  ['a missing key', [...ACME.slice(0, 2), '    signingKey: secret'], missing('"acme"', 'apiKey', API_KEY)],
  [
    'an empty key',
    [...ACME.slice(0, 2), '    apiKey:', '    signingKey: secret'],
    `account "acme": apiKey is not usable, it should be ${API_KEY}`,
  ],
  [
    'a key with a space in it',
    [...ACME.slice(0, 2), '    apiKey: secret 1', '    signingKey: secret'],
    `account "acme": apiKey is not usable, it should be ${API_KEY}`,
  ],
  [
    'a list of signing keys',
    [...ACME.slice(0, 3), '    signingKey: [secret-2, secret-3]'],
    'account "acme": signingKey is not usable, it should be the webhook signing key of your HelpCrunch account; while it is being changed, both, with a comma between',
  ],
  [
    'an empty signing key beside another',
    [...ACME.slice(0, 3), "    signingKey: 'secret-2, '"],
    'account "acme": signingKey is not usable, it should be the webhook signing key of your HelpCrunch account; while it is being changed, both, with a comma between',
  ],
  ...['secret.com', 'https://:secret', 'ftp://secret'].map((address): [string, string[], string] => [
    `the address ${address}`,
    [...ACME, `    apiUrl: ${address}`],
    'account "acme": apiUrl is not usable, it should be an address that begins with https:// (or http:// for a test)',
  ]),
  ...['0', '1000001', '1.5', 'many', '', '[60]'].map((limit): [string, string[], string] => [
    `the limit "${limit}"`,
    [...ACME, `    requestsPerMinute: ${limit}`],
    'account "acme": requestsPerMinute is not usable, it should be requests a minute, 1 to 1000000',
  ]),
  [
    'an empty routing file',
    [...ACME, '    routingFile:'],
    'account "acme": routingFile is not usable, it should be the path of a routing file',
  ],
  ['an unknown property', [...ACME, '    routing: r.yaml'], 'account "acme": routing is not a setting'],
  [
    'a property that swallowed its key',
    ['accounts:', '  - { name: acme, apiKey: secret-1, signingKey: secret-2, apiUrl:secret }'],
    'account "acme": a value stands where a property should',
  ],
  [
    'a key after a comma',
    ['accounts:', '  - { name: acme, apiKey: secret-1, signingKey: secret-2, secret }'],
    'account "acme": a value stands where a property should',
  ],
  [
    'a property with a key in its name',
    [...ACME, '    "apiKey=secret": x'],
    'account "acme": apiKey… is not a setting',
  ],
  [
    'a key in double braces',
    [...ACME.slice(0, 3), '    signingKey: {{secret}}'],
    'line 4, column 18: not YAML (non string key)',
  ],
  [
    'one name for two',
    [...ACME, '  - name: acme', ...BETA.slice(1)],
    'account 1 of the list ("acme") and account 2 of the list ("acme") have the same name',
  ],
  [
    'one key for two',
    [...ACME, '  - name: beta', '    apiKey: secret-1', '    signingKey: secret-4'],
    'account "acme" and account "beta" have the same apiKey, and would spend the same limit',
  ],
  ['a setting twice', [...ACME, '    apiKey: secret-9'], 'line 5, column 5: not YAML (duplicate key)'],
  ['a bracket that stays open', ['accounts: [', '  { name: acme'], 'line 2, column 15: not YAML (bad indent)'],
  [
    'an alias that leads nowhere',
    [...ACME.slice(0, 3), '    signingKey: *secret'],
    'line 4, column 17: an alias (*) without its anchor (&)',
  ],
  [
    'a key that looks like a tag',
    [...ACME.slice(0, 3), '    signingKey: !secret key'],
    'line 4, column 17: not YAML (tag resolve failed)',
  ],
  [
    'a key that looks like a block',
    [...ACME.slice(0, 3), '    signingKey: |secret'],
    'line 4, column 18: not YAML (unexpected token)',
  ],
]

function missing(who: string, property: string, description: string): string {
  return `account ${who}: ${property} is not set, it should be ${description}`
}

describe('a mistake is reported with account, property and what it should be, and without a key', () => {
  test.for(MISTAKES)('%s', async ([, lines, told]) => {
    const message = await mistakesIn(lines)
    expect(message).toBe(told)
    expect(message).not.toContain('secret')
  })

  test('and without the key that the environment gives', async () => {
    const lines = ['accounts:', '  - name: acme', '    apiKey: ${A}', '    signingKey: ${B}', '    apiUrl: ${C}']
    const same = ['  - name: beta', '    apiKey: ${B}', '    signingKey: ${B}']
    const message = await mistakesIn([...lines, ...same], { A: 'secret key', B: ',secret', C: 'secret' })
    expect(message.match(/is not usable/g)).toHaveLength(4)
    expect(message).not.toContain('secret')
  })

  test('all at once, in one line', async () => {
    const lines = [
      'acounts: []',
      'accounts:',
      '  - { name: acme, apiKey: "${KEY}", signingKey: secret, requestsPerMinute: 0 }',
      '  - { name: beta, apiKey: secret-1 }',
      '  - { name: Gamma, apiKey: secret-1, signingKey: secret, colour: red }',
    ]
    const message = await mistakesIn(lines)
    expect(message.split('; ').filter((mistake) => !mistake.startsWith('while it is'))).toEqual([
      'account "acme": apiKey refers to KEY, which is not set',
      'the file: acounts is not a setting',
      expect.stringMatching(/^account "acme": requestsPerMinute is not usable/),
      expect.stringMatching(/^account "beta": signingKey is not set/),
      'account 3 of the list: colour is not a setting',
      expect.stringMatching(/^account 3 of the list: name is not usable/),
      expect.stringMatching(/^account "beta" and account 3 of the list have the same apiKey/),
    ])
    expect(message).not.toContain('\n')
  })
})

test('a file that cannot be read', async () => {
  await expect(read('/nowhere/accounts.yaml')).rejects.toThrow(
    /^ACCOUNTS_FILE: cannot read \/nowhere\/accounts\.yaml: ENOENT/,
  )
})
