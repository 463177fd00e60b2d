import { describe, expect, test } from 'vitest'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { route } from '../../src/routing/route.ts'
import type { Step } from '../../src/core/contract.ts'
import { isStillEligible } from '../../src/core/still-eligible.ts'
import { openCore, TWO_AGENTS, type Core } from '../support/core.ts'
import { agentId, chatId, departmentId, snapshotEvent } from '../support/events.ts'
import { NOW, policyOf } from '../support/people.ts'

type Put = Extract<Step, { kind: 'put' }>

/** Chat 1 is decided for an agent by these rules, and its PUT is about to leave. */
function decide(rules: string, capacity: number | null = null, file: RoutingFile | null = null) {
  const policy = policyOf(rules, capacity, file)
  const core = openCore({ policy: chatPolicyOf(policy), route: (situation) => route(policy, situation) })
  core.saveRoster(TWO_AGENTS)
  core.receive(snapshotEvent('chat.new', 1, NOW))
  const put = core.step() as Put
  return { core, put, mayLeave: () => isStillEligible(core.state, put, core.world.now, core.world) }
}

function personAssigns(core: Core, chat: number, agent: number): void {
  const snapshot = { status: 'opened', assigneeId: agentId(agent) }
  core.receive(snapshotEvent('chat.assigned', chat, core.world.now, snapshot))
}

test('a decision does not stand against itself: capacity of one, a guard of one chat, one chat left for today', () => {
  const { core, mayLeave } = decide('available,guard,capacity,load', 1, { guard: { chats: 1, minutes: 10 } })
  expect(mayLeave()).toBe(true)
  core.act({ act: 'allow', agentId: agentId(1), allowance: { left: 0, until: NOW + 60_000 } })
  expect(mayLeave()).toBe(true)
})

describe('after the decision', () => {
  test('a person gives the agent another chat: where that fills them, the PUT does not leave', () => {
    const { core, mayLeave } = decide('capacity,load', 1)
    personAssigns(core, 2, 1)
    expect(mayLeave()).toBe(false)
  })

  test('the same leaves room for it where there is some', () => {
    const { core, mayLeave } = decide('capacity,load', 2)
    personAssigns(core, 2, 1)
    expect(mayLeave()).toBe(true)
  })

  test('the agent is paused', () => {
    const { core, mayLeave } = decide('available,load')
    core.act({ act: 'pause', agentId: agentId(1), until: NOW + 60_000 })
    expect(mayLeave()).toBe(false)
  })

  test('an operator allows the agent no more chats today', () => {
    const { core, mayLeave } = decide('load')
    core.act({ act: 'allow', agentId: agentId(1), allowance: { left: -1, until: NOW + 60_000 } })
    expect(mayLeave()).toBe(false)
  })

  test('the agent’s shift ends', () => {
    const office = { zone: 'UTC', hours: [{ days: ['fri'], from: '08:00', to: '08:01' }] }
    const file = { shifts: { office }, shift: 'office' } as unknown as RoutingFile
    const { core, put, mayLeave } = decide('available,load', null, file)
    expect(put.kind).toBe('put')
    expect(mayLeave()).toBe(true)
    core.world.now += 60_000
    expect(mayLeave()).toBe(false)
  })

  test('the chat is moved to a department that the agent does not belong to', () => {
    const { core, mayLeave } = decide('department,load')
    core.receive(snapshotEvent('chat.status_updated', 1, NOW + 1000, { status: 'new', departmentId: departmentId(10) }))
    expect(mayLeave()).toBe(false)
  })

  test('the agent leaves the account', () => {
    const { core, mayLeave } = decide('load')
    core.saveRoster({ ...TWO_AGENTS, agents: TWO_AGENTS.agents.slice(1) })
    expect(mayLeave()).toBe(false)
  })

  test('a person gives the chat to the same agent', () => {
    const { core, mayLeave } = decide('load')
    personAssigns(core, 1, 1)
    expect(mayLeave()).toBe(false)
  })

  test('a person takes the chat', () => {
    const { core, mayLeave } = decide('load')
    personAssigns(core, 1, 2)
    expect(mayLeave()).toBe(false)
  })

  test('an operator’s limit that is over does not count', () => {
    const { core, mayLeave } = decide('load')
    core.act({ act: 'allow', agentId: agentId(1), allowance: { left: -1, until: NOW + 60_000 } })
    core.world.now = NOW + 60_000
    expect(mayLeave()).toBe(true)
  })

  test('an event that is older than what we know names an agent: the chat is in doubt', () => {
    const { core, mayLeave } = decide('load')
    const named = { status: 'opened', assigneeId: agentId(2) }
    core.receive(snapshotEvent('chat.assigned', 1, NOW - 2000, named))
    expect(mayLeave()).toBe(false)
  })

  test('the PUT was held back, and the chat waits again', () => {
    const { core, put, mayLeave } = decide('load')
    core.settle(put, { to: 'held back' })
    expect(mayLeave()).toBe(false)
  })

  test('the same assignment was decided for another agent', () => {
    const { core, put, mayLeave } = decide('available,load')
    core.settle(put, { to: 'held back' })
    core.act({ act: 'pause', agentId: agentId(1), until: NOW + 60_000 })
    expect(core.step()).toMatchObject({ kind: 'put', assignmentId: put.assignmentId, agentId: 2 })
    core.act({ act: 'resume', agentId: agentId(1) })
    expect(mayLeave()).toBe(false)
  })

  test('the team goes offline, where chats wait for it', () => {
    const { core, mayLeave } = decide('load', null, { onlyWhenTeamOnline: true })
    core.state.teamOnline = false
    expect(mayLeave()).toBe(false)
    core.state.teamOnline = true
    expect(mayLeave()).toBe(true)
  })

  test('the team goes offline, where chats do not wait for it', () => {
    const { core, mayLeave } = decide('load')
    core.state.teamOnline = false
    expect(mayLeave()).toBe(true)
  })

  test('other rules come into force, under which the agent is full', () => {
    const { core, mayLeave } = decide('capacity,load', 2)
    personAssigns(core, 2, 1)
    const stricter = policyOf('capacity,load', 1)
    core.world.route = (situation) => route(stricter, situation)
    expect(mayLeave()).toBe(false)
  })
})

test('an agent whom an operator asked for gets the chat, also where they are full', () => {
  const { core, put: first } = decide('capacity,load', 1)
  core.settle(first, { to: 'gone' })
  personAssigns(core, 2, 2)
  core.receive(snapshotEvent('chat.new', 3, NOW))
  core.act({ act: 'assign', chatId: chatId(3), agentId: agentId(2) })
  const put = core.step() as Put
  expect(put).toMatchObject({ kind: 'put', chatId: 3, agentId: 2 })
  expect(isStillEligible(core.state, put, core.world.now, core.world)).toBe(true)
})
