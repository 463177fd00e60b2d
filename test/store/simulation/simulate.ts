import { seededRandom } from '../../../demo/random.ts'
import type { AgentId, AssignmentId } from '../../../src/domain.ts'
import { route } from '../../../src/routing/route.ts'
import type { Step } from '../../../src/core/contract.ts'
import type { Settlement } from '../../../src/core/inputs.ts'
import type { TestStore } from '../../support/store.ts'
import { agentId } from '../../support/events.ts'
import type { ManualClock } from '../../support/manual-clock.ts'
import { forbids, isUnserved } from './oracle.ts'
import { ineligible } from './eligible.ts'
import { OPEN_TO_ALL, RULES, type Rules } from './rules.ts'
import { createTeam, type RealChat } from './team.ts'

const STEPS = 120
const LOSS = 0.1
const TROUBLE: Settlement = {
  to: 'retry',
  notBefore: 0,
  isFailure: true,
  mayHaveTakenEffect: true,
  reason: 'ETIMEDOUT',
}

/** The instances on one database, one of which decides. */
export interface Fleet {
  readonly stores: readonly TestStore[]
  /** The next instance takes over, as after a crash; requests of the previous one may still arrive. */
  takeOver(): Promise<TestStore>
  readonly decider: () => TestStore
  /** Other rules come into force. */
  readonly use: (rules: Rules) => void
  readonly rules: () => Rules
  /** The journal, applied from its beginning, gives exactly the rows of the tables. */
  expectFolded(): Promise<void>
}

/**
 * A team at work, webhooks that come late, twice, in another order or not at all, searches, lost answers and crashes;
 * after that no more faults, until nothing is left to do.
 * @returns the broken promises, each with the history of its chat
 */
export async function simulate(seed: number, fleet: Fleet, clock: ManualClock): Promise<string[]> {
  const random = seededRandom(seed)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const now = () => Math.floor(clock.now() / 1000) * 1000
  const team = createTeam(now, pick)
  const broken: string[] = []
  /** The agents whose pause the service has acknowledged. */
  const paused = new Set<AgentId>()
  let underWay: { readonly chat: RealChat; readonly turn: Extract<Step, { kind: 'put' }> }[] = []
  const tellOf = (chat: RealChat, what: string) =>
    broken.push(`seed ${seed}, chat ${chat.id}: ${what}\n  ${chat.log.join('\n  ')}`)
  const see = (chat: RealChat, at: number) =>
    chat.known.push({
      at,
      is: 'seen',
      assigneeId: chat.assigneeId,
      status: chat.status,
      departmentId: chat.departmentId,
    })

  async function deliver(index: number): Promise<void> {
    const [webhook] = team.webhooks.splice(index, 1)
    if (webhook === undefined) return
    if (random() < LOSS) return team.note(webhook.chat, `lost ${JSON.stringify(webhook.fact)}`)
    await pick(fleet.stores).receive(webhook.event)
    webhook.chat.known.push(webhook.fact)
    team.note(webhook.chat, `acknowledged ${JSON.stringify(webhook.fact)}`)
    if (random() < LOSS) team.webhooks.push(webhook)
  }

  async function takeStep(): Promise<boolean> {
    const except = { pools: [], assignments: underWay.map(({ turn }) => turn.assignmentId) }
    const turn = await fleet.decider().takeStep(except, (situation) => route(fleet.rules().policy, situation))
    if (turn === null) return false
    const chat = team.chats[turn.chatId - 1] as RealChat
    team.note(chat, `turn ${turn.kind}${turn.kind === 'put' ? ` ${turn.agentId}` : ''}`)
    if (turn.kind === 'put') {
      const why = ineligible(turn.agentId, chat, {
        team,
        paused,
        rules: fleet.rules(),
        underWay: underWay.map((put) => put.chat),
        now: now(),
      })
      if (why !== null) tellOf(chat, `PUT of agent ${turn.agentId}, who is ${why}`)
      const fact = forbids(chat, turn.agentId)
      if (fact !== null) tellOf(chat, `PUT of agent ${turn.agentId} against ${JSON.stringify(fact)}`)
      chat.known.push({ at: now(), is: 'sent', to: turn.agentId })
      underWay.push({ chat, turn })
    } else if (turn.kind === 'fetch') await fetched(chat, turn.assignmentId)
    return true
  }

  async function fetched(chat: RealChat, assignmentId: AssignmentId): Promise<void> {
    if (random() < LOSS) return void (await fleet.decider().settle(assignmentId, TROUBLE))
    see(chat, now())
    await fleet.decider().settle(assignmentId, { to: 'known', snapshot: team.snapshotOf(chat), answeredAt: now() })
  }

  async function answerPut(isSure: boolean): Promise<void> {
    const [put] = underWay.splice(Math.floor(random() * underWay.length), 1)
    if (put === undefined) return
    const { chat, turn } = put
    const isCarriedOut = isSure || random() > LOSS
    if (isCarriedOut) team.assign(chat, turn.agentId)
    const answer: Settlement = { to: 'assigned', snapshot: team.snapshotOf(chat), answeredAt: now() }
    const isHeard = isSure || (isCarriedOut && random() < 0.75)
    const { departmentId } = chat
    if (isHeard) chat.known.push({ at: now(), is: 'assigned', to: turn.agentId, departmentId })
    if (isHeard && chat.status === 'closed') chat.known.push({ at: now(), is: 'closed' })
    team.note(chat, isHeard ? 'PUT answered' : `PUT ${isCarriedOut ? 'carried out' : 'lost'}, no answer`)
    await fleet.decider().settle(turn.assignmentId, isHeard ? answer : TROUBLE)
  }

  async function search(): Promise<void> {
    const takenAt = now() - 1000
    await fleet.decider().reconcile(team.found(), takenAt, 0)
    for (const chat of team.chats) {
      see(chat, takenAt)
      chat.known.push({ at: chat.lastCustomerMessageAt, is: 'customer' })
      team.note(chat, `searched: ${chat.assigneeId}, ${chat.status}`)
    }
  }

  async function pauseOrResume(): Promise<void> {
    const agent = agentId(pick([1, 2, 3]))
    const until = paused.has(agent) ? null : Number.MAX_SAFE_INTEGER
    await pick(fleet.stores).pauseAgent(agent, until)
    if (until === null) paused.delete(agent)
    else paused.add(agent)
  }

  async function crash(): Promise<void> {
    for (const { chat, turn } of underWay) {
      team.note(chat, 'crash')
      if (random() < 0.6) team.assign(chat, turn.agentId)
    }
    underWay = []
    await fleet.takeOver()
  }

  const steps: readonly (readonly [weight: number, step: () => unknown])[] = [
    [3, team.open],
    [6, team.customerWrites],
    [5, team.personAssigns],
    [6, team.personRemoves],
    [3, team.personCloses],
    [3, team.agentAnswers],
    [3, team.personMoves],
    [2, team.personSnoozes],
    [3, pauseOrResume],
    [1, () => fleet.use(pick(RULES))],
    [30, () => deliver(random() < 0.75 ? 0 : Math.floor(random() * team.webhooks.length))],
    [20, takeStep],
    [12, () => answerPut(false)],
    [3, () => fleet.decider().drain()],
    [4, search],
    [5, crash],
  ]
  const wheel = steps.flatMap(([weight, step]) => Array.from({ length: weight }, () => step))
  for (let i = 0; i < 3; i += 1) team.open()
  for (let i = 0; i < STEPS; i += 1) {
    clock.advance(pick([1000, 2000]))
    await pick(wheel)()
  }

  fleet.use(OPEN_TO_ALL)
  clock.advance(10_000)
  for (const agent of paused) await fleet.decider().pauseAgent(agent, null)
  paused.clear()
  for (let round = 0; round < 3; round += 1) {
    clock.advance(5000)
    while (underWay.length > 0) await answerPut(true)
    for (const { event, chat, fact } of team.webhooks.splice(0)) {
      await fleet.decider().receive(event)
      chat.known.push(fact)
    }
    clock.advance(5000)
    await search()
    do clock.advance(1000)
    while (await takeStep())
  }
  for (const chat of team.chats.filter(isUnserved)) tellOf(chat, 'its customer waits, and no agent has it')
  return broken
}
