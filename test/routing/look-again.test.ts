import { describe, expect, test } from 'vitest'
import type { Situation } from '../../src/decision.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { route } from '../../src/routing/route.ts'
import { agentId } from '../support/events.ts'
import { agent, chat, NOW, policyOf, situation } from '../support/people.ts'
import { at, MINUTE } from '../support/shifts.ts'

/** The decisions at the start, one millisecond before `moment`, and at it: which agent, and when to look again. */
function answers(file: RoutingFile, start: Partial<Situation>, moment: number): [number | null, number | null][] {
  const policy = policyOf(null, null, file)
  const { now: from = NOW } = start
  return [from, moment - 1, moment].map((now) => {
    const decision = route(policy, situation({ waitingSince: from, ...start, now }))
    return [decision.agentId, decision.lookAgainAt]
  })
}

/** No agent gets the chat before the moment that each decision names; this agent gets it then. */
const change = (moment: number, chosen: number) => [
  [null, moment],
  [null, moment],
  [chosen, null],
]

const office = { zone: 'Europe/Kyiv', hours: [{ days: ['mon' as const, 'tue' as const], from: '09:00', to: '18:00' }] }
const night = { zone: 'Europe/Kyiv', hours: [{ days: ['mon' as const], from: '22:00', to: '06:00' }] }
const shifts = { office, night }

describe('the moment to look again is the moment at which the answer changes', () => {
  test('with the next step of an overflow', () => {
    const overflow = [{ to: 'own' as const, seconds: 60 }, { to: 20, seconds: 30 }, { to: 'anybody' as const }]
    const full = agent(1, { departments: [10], load: 5 })
    const agents = [full, agent(2, { departments: [20] })]
    const file: RoutingFile = { capacity: 5, departments: { 10: { overflow } } }
    expect(answers(file, { chat: chat(1, 10), agents }, NOW + 60_000)).toEqual(change(NOW + 60_000, 2))
    const bothFull = [full, agent(2, { departments: [20], load: 5 })]
    const now = NOW + 60_000
    expect(
      answers(file, { chat: chat(1, 10), agents: [...bothFull, agent(3)], waitingSince: NOW, now }, NOW + 90_000),
    ).toEqual(change(NOW + 90_000, 3))
  })

  test('with a skill that is no longer asked for', () => {
    const needs = [{ label: 'fr', skill: 'french', relaxAfterMinutes: 5 }]
    expect(
      answers(
        { labels: { fr: { language: ['fr'] } }, needs },
        { chat: { ...chat(1), labels: ['fr'] }, agents: [agent(1)] },
        NOW + 5 * MINUTE,
      ),
    ).toEqual(change(NOW + 5 * MINUTE, 1))
  })

  test('with a guard: the first agent that it lets have another chat', () => {
    const agents = [agent(1, { recentAt: [NOW - 9, NOW - 2, NOW] }), agent(2, { recentAt: [NOW - 3, NOW - 1] })]
    expect(answers({ guard: { chats: 2, minutes: 5 } }, { agents }, NOW - 3 + 5 * MINUTE)).toEqual(
      change(NOW - 3 + 5 * MINUTE, 2),
    )
  })

  test('with the end of a pause: the first of several', () => {
    const agents = [agent(1, { pausedUntil: NOW + 2 * MINUTE }), agent(2, { pausedUntil: NOW + MINUTE })]
    expect(answers({}, { agents }, NOW + MINUTE)).toEqual(change(NOW + MINUTE, 2))
  })

  test('with a shift that begins', () => {
    const now = at('2026-06-01T18:00')
    expect(answers({ shift: 'office', shifts }, { now, agents: [agent(1)] }, at('2026-06-02T09:00'))).toEqual(
      change(at('2026-06-02T09:00'), 1),
    )
  })

  test('with a shift over midnight, which ends in the morning', () => {
    const file: RoutingFile = { shift: 'night', shifts }
    expect(answers(file, { now: at('2026-06-01T12:00'), agents: [agent(1)] }, at('2026-06-01T22:00'))).toEqual(
      change(at('2026-06-01T22:00'), 1),
    )
    const decideAt = (now: number) =>
      route(policyOf(null, null, file), situation({ now, waitingSince: now, agents: [agent(1)] }))
    expect(decideAt(at('2026-06-02T06:00') - 1).agentId).toBe(1)
    expect(decideAt(at('2026-06-02T06:00'))).toMatchObject({ agentId: null, lookAgainAt: at('2026-06-08T22:00') })
  })

  test('with a leave that is over: the shift after its last day', () => {
    const leave = [{ from: '2026-06-01', to: '2026-06-02' }]
    const agents = [agent(1)]
    const now = at('2026-06-01T10:00')
    expect(
      answers({ shift: 'office', shifts, agents: { 1: { leave } } }, { now, agents }, at('2026-06-08T09:00')),
    ).toEqual(change(at('2026-06-08T09:00'), 1))
    expect(answers({ agents: { 1: { leave } } }, { now, agents }, Date.parse('2026-06-03T00:00Z'))).toEqual(
      change(Date.parse('2026-06-03T00:00Z'), 1),
    )
  })

  test('with the end of the wait for the customer’s last agent, which is this chat’s alone', () => {
    const agents = [agent(1, { load: 5 }), agent(2)]
    const lastAgent = { agentId: agentId(1), at: NOW - 1 }
    const file: RoutingFile = { capacity: 5, sticky: { waitSeconds: 30 } }
    expect(answers(file, { agents, lastAgent }, NOW + 30_000)).toEqual(change(NOW + 30_000, 2))
    expect(route(policyOf(null, null, file), situation({ agents, lastAgent })).isThisChat).toBe(true)
  })

  test('with a shift that ends, so that the chat may leave its department', () => {
    const agents = [agent(1, { departments: [10], load: 5 }), agent(2, { departments: [20] })]
    const file = (more: NonNullable<RoutingFile['departments']>[string]): RoutingFile => ({
      capacity: 5,
      shifts,
      agents: { 1: { shift: 'office' } },
      departments: { 10: more },
    })
    const start = { now: at('2026-06-01T17:00'), chat: chat(1, 10), agents }
    expect(answers(file({ whenNobody: { department: 20 } }), start, at('2026-06-01T18:00'))).toEqual(
      change(at('2026-06-01T18:00'), 2),
    )
    expect(
      answers(file({ overflow: [{ to: 'own', seconds: 7200 }, { to: 20 }] }), start, at('2026-06-01T18:00')),
    ).toEqual(change(at('2026-06-01T18:00'), 2))
  })
})

describe('the customer’s last agent', () => {
  const lastAgent = { agentId: agentId(1), at: NOW - 1 }
  const file: RoutingFile = { sticky: { waitSeconds: 30 } }
  const decide = (start: Partial<Situation>) => route(policyOf(null, null, file), situation({ lastAgent, ...start }))

  test('comes first while they have room, and is forgotten after 90 days', () => {
    const agents = [agent(1, { load: 9 }), agent(2)]
    expect(decide({ agents }).agentId).toBe(1)
    expect(decide({ agents, lastAgent: { ...lastAgent, at: NOW - 91 * 24 * 60 * MINUTE } }).agentId).toBe(2)
  })

  test('is not waited for while they are not there', () => {
    expect(decide({ agents: [agent(1, { pausedUntil: Infinity }), agent(2)] }).agentId).toBe(2)
  })

  test.for<[why: string, start: Partial<Situation>]>([
    ['they let this very chat pass', { chat: { ...chat(1), missedBy: [agentId(1)] }, agents: [agent(1), agent(2)] }],
    ['they are of another department', { chat: chat(1, 10), agents: [agent(1), agent(2, { departments: [10] })] }],
    ['HelpCrunch refuses them', { agents: [agent(1, { isSetAside: true }), agent(2)] }],
  ])('is not waited for where %s', ([, start]) => {
    expect(decide(start).agentId).toBe(2)
  })

  test('does not hold back other chats where a later rule drops them', () => {
    const policy = policyOf('sticky,available')
    const agents = [agent(1, { pausedUntil: NOW + MINUTE }), agent(2)]
    const { agentId: given, isThisChat } = route(policy, situation({ lastAgent, agents }))
    expect(given !== null || isThisChat).toBe(true)
  })
})
