import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readRoutingFile } from '../../src/routing/read-file.ts'
import { FULL } from '../support/routing-file.ts'

const read = (...lines: string[]) => readRoutingFile(lines.join('\n'))
const HOURS = '[{ days: [mon], from: "09:00", to: "18:00" }]'

test('a file with all kinds of settings, and an empty one, are read', () => {
  expect(readRoutingFile(stringify(FULL))).toEqual(FULL)
  expect(readRoutingFile('')).toEqual({})
  expect(readRoutingFile('# nothing yet\n')).toEqual({})
})

describe('a mistake is reported with its line, its path, and what is allowed', () => {
  test.for<[what: string, lines: string[], told: string]>([
    ['an unknown setting', ['capacity: 5', 'capasity: 6'], 'line 2, capasity: is not a setting'],
    [
      'an unknown setting of an agent',
      ['agents:', '  2:', '    weigth: 5'],
      'line 3, agents.2.weigth: is not a setting',
    ],
    [
      'a wrong type',
      ['', 'capacity: many'],
      'line 2, capacity: must be number; chats at once for who has no capacity of their own',
    ],
    [
      'a number out of bounds',
      ['agents:', '  2:', '    capacity: -1'],
      'line 3, agents.2.capacity: must be >= 0; chats at once; 0: none',
    ],
    [
      'a shift that is not there',
      ['agents:', '  2:', '    shift: night', 'shifts:', `  office: { zone: Europe/Kyiv, hours: ${HOURS} }`],
      'line 3, agents.2.shift: there is no shift "night"; there are: office',
    ],
    ['a shift for all that is not there', ['shift: day'], 'line 1, shift: there is no shift "day"; there are: none'],
    [
      'a label that is not there',
      ['labels: { vip: { tags: [vip] } }', 'needs:', '  - label: french', '    skill: french'],
      'line 3, needs.0.label: there is no label "french"; there are: vip',
    ],
    [
      'a label without a meaning',
      ['priorities:', '  vip: 5'],
      'line 2, priorities.vip: there is no label "vip"; there are: none',
    ],
    [
      'a time zone that is not there',
      ['shifts:', '  office:', '    zone: Europe/Kyyiv', `    hours: ${HOURS}`],
      'line 3, shifts.office.zone: "Europe/Kyyiv" is not an IANA time zone such as Europe/Kyiv',
    ],
    [
      'a word that is none of those allowed',
      ['labels:', '  mail:', '    channel:', '      - letter'],
      'line 4, labels.mail.channel.0: must be equal to one of the allowed values: chat, email, telegram, viber, facebook, instagram, whatsapp',
    ],
    [
      'a time that is none',
      [
        'shifts:',
        '  office:',
        '    zone: UTC',
        '    hours:',
        '      - days: [mon]',
        '        from: "9:00"',
        '        to: "18:00"',
      ],
      'line 6, shifts.office.hours.0.from: must match pattern "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"; a local time such as "09:00", in quotes',
    ],
    ['a list where names are wanted', ['- capacity: 5'], 'line 1, the file: must be object'],
    ['a setting twice', ['capacity: 5', 'capacity: 6'], 'line 2: Map keys must be unique'],
    [
      'an agent twice, once in quotes',
      ['agents:', '  1: { weight: 2 }', "  '1': { weight: 3 }"],
      'line 3: Map keys must be unique',
    ],
    [
      'a bound that is no number',
      ['labels:', '  big: { attributes: { mrr: { atLeast: lots } } }'],
      'line 2, labels.big.attributes.mrr: is none of what is allowed here: a list of values, or a range such as { atLeast: 1000 } or { after: 2026-01-01 }',
    ],
    [
      'bots that are none',
      ['bots: { ids: [5] }'],
      'line 1, bots: is none of what is allowed here: a list of ids or names, or { agents: [ids or names], routeAfterMinutes: 5 }',
    ],
  ])('%s', ([, lines, told]) => {
    expect(read(...lines)).toEqual([told])
  })

  test('YAML that cannot be read', () => {
    expect(read('capacity: 5', 'agents: { 2: {')).toContainEqual(expect.stringMatching(/^line 2: Flow map .* must /))
  })

  test('of a hundred mistakes, the first twenty and the number of the others are reported', () => {
    for (const settings of [numbered((n) => `setting${n}: 1`), numbered(() => 'capacity: 1')])
      expect(read(...settings)).toEqual([
        ...Array<unknown>(20).fill(expect.any(String)),
        expect.stringMatching(/^and \d+ more$/),
      ])
  })

  test('all mistakes are reported, not only the first', () => {
    expect(
      read('capacity: many', 'agents:', '  2:', '    weight: -1', '    colour: red', 'guard: { chats: 0, minutes: 5 }'),
    ).toEqual(
      [
        'capacity: must be number',
        'agents.2.colour: is not',
        'agents.2.weight: must be >= 0',
        'guard.chats: must be >= 1',
      ].map((told) => expect.stringContaining(told) as string),
    )
    expect(read('shift: day', 'priorities: { vip: 5, angry: 9 }')).toHaveLength(3)
  })
})

describe('a mistake', () => {
  test('in the name of a group is reported with the line of that name', () => {
    expect(read('shifs:', '  office:', '    zone: Europe/Kyiv')).toEqual(['line 1, shifs: is not a setting'])
  })

  test('below an id in quotes is reported with its own line', () => {
    expect(read('agents:', '  2:', '    weight: 5', '  "3":', '    weight: many')).toEqual([
      expect.stringMatching(/^line 5, agents\.3\.weight: must be number/),
    ])
  })

  test('where several kinds are allowed is reported with all of them', () => {
    expect(read('departments:', '  10:', '    overflow:', '      - to: everybody')).toEqual([
      expect.stringMatching(
        /^line 4, departments\.10\.overflow\.0\.to: .*own, another department’s id, anybody, or nobody/,
      ),
    ])
    expect(read('departments:', '  10:', '    whenNobody: never')).toEqual([
      expect.stringMatching(/^line 3, departments\.10\.whenNobody: .*wait, anyway, { department: id }/),
    ])
  })

  test.for([
    ['a day that no calendar has', ['agents:', '  2:', '    leave: [{ from: 2026-02-30, to: 2026-03-01 }]']],
    ['a holiday that no calendar has', ['shifts:', `  s: { zone: UTC, hours: ${HOURS}, holidays: [2027-02-29] }`]],
    [
      'hours that begin at 24:00',
      ['shifts:', '  s: { zone: UTC, hours: [{ days: [mon], from: "24:00", to: "06:00" }] }'],
    ],
  ] as const)('that the schema cannot find is reported, too: %s', ([, lines]) => {
    expect(read(...lines)).toEqual([expect.stringMatching(/^line \d/)])
  })

  test('in an alias without an anchor is reported, too', () => {
    expect(read('capacity: 5', 'guard: *usual')).toEqual([expect.stringMatching(/alias.*usual/)])
  })

  test('below a name with a slash is reported with that name', () => {
    expect(read('labels:', '  a/b:', '    tags: 5')).toEqual(['line 3, labels.a/b.tags: must be array; the customer’s'])
  })
})

function numbered(line: (n: number) => string): string[] {
  return Array.from({ length: 100 }, (_, n) => line(n))
}
