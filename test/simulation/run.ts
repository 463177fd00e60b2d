import { createVirtualClock } from '../../demo/virtual/virtual-clock.ts'
import type { AgentId, EventId } from '../../src/domain.ts'
import { agentId } from '../support/events.ts'
import { expectFolds } from '../support/fold-journal.ts'
import { isUnserved } from '../store/simulation/oracle.ts'
import { OPEN_TO_ALL, RULES, type Rules } from '../store/simulation/rules.ts'
import { createTeam, type RealChat } from '../store/simulation/team.ts'
import { createChance } from './chance.ts'
import { createDatabase } from './database.ts'
import { createSimulatedHelpCrunch } from './helpcrunch.ts'
import { startInstance, type Instance } from './instance.ts'
import { createProcess } from './process.ts'
import { createWitness } from './witness.ts'

const START = 1_800_000_000_000
const ACTS = 40
const ACT_EVERY_MS = 2000
const FAULT_EVERY_MS = { least: 1000, most: 5000 }
const PEACE_MS = 100_000
/** The last hold may take a minute, and the lane then spares an account that seems to be shared: two seconds for each request. */
const LONGER_PEACE_MS = 80_000
/** How long HelpCrunch waits for an answer to a webhook, and when and how often it repeats one. */
const [PATIENCE_MS, REPEAT_AFTER_MS, MOST_DELIVERIES] = [5000, 2000, 30]
type Webhook = ReturnType<typeof createTeam>['webhooks'][number]

/** An error that is logged with another one than these was not of the simulation's making. */
const UNEXPECTED = /"err":\{"type":"(?!StoreUnavailable|LeaseLost)/

/** What broke a promise, each with the story of its chat; and the whole story, which is the same each time for a seed. */
export interface Run {
  readonly broken: readonly string[]
  readonly story: string
}

/** A whole system from one seed: instances, database, HelpCrunch, people, clocks, network and disk, in one process and virtual time. */
export async function runSystem(seed: number, count: number): Promise<Run> {
  const clock = createVirtualClock(START)
  const chance = createChance(seed)
  const now = (): number => Math.floor(clock.now() / 1000) * 1000
  const team = createTeam(now, chance.pick)
  const isShared = count > 1
  const database = await createDatabase(clock, chance, isShared)
  const broken: string[] = []
  const acknowledged = new Set<EventId>()
  let rules: Rules = OPEN_TO_ALL
  let instances: Instance[] = []
  let lastBlock = 1
  let isOver = false

  const tellOf = (chat: RealChat, what: string) =>
    broken.push(`seed ${seed}, ${count} instances, chat ${chat.id}: ${what}\n  ${chat.log.join('\n  ')}`)
  const witness = createWitness({ team, clock, now, isShared, rules: () => rules, tellOf })
  const helpCrunch = createSimulatedHelpCrunch({ team, world: clock, chance, onSent: witness.noteSent })

  async function start(): Promise<void> {
    const process = createProcess(clock)
    const instance = await startInstance({
      process,
      database,
      client: helpCrunch.clientFor(process),
      isShared,
      rules: () => rules,
      random: chance.random,
      observe: witness.observe,
      onError: (line) => void (UNEXPECTED.test(line) && broken.push(`seed ${seed}, ${count} instances: ${line}`)),
      nextAssignmentBlock: () => (lastBlock += 2000),
    })
    if (process.isAlive()) instances.push(instance)
  }

  function kill(instance: Instance): void {
    instance.process.kill()
    witness.noteDeath(instance.process)
    instances = instances.filter((each) => each !== instance)
    clock.after(chance.between(500, 6000), () => void start())
  }

  /** HelpCrunch repeats what was not acknowledged; some webhooks get lost, come late, or twice. */
  function deliverAll(): void {
    for (const webhook of team.webhooks.splice(0)) {
      if (!isOver && chance.happens(0.05)) {
        team.note(webhook.chat, `lost ${JSON.stringify(webhook.fact)}`)
        continue
      }
      const delays = isOver || !chance.happens(0.05) ? [0] : [0, chance.between(100, 9000)]
      for (const more of delays) {
        const delayMs = (chance.happens(0.15) ? chance.between(300, 8000) : chance.between(5, 300)) + more
        clock.after(delayMs, () => void deliver(webhook, 1))
      }
    }
    clock.after(50, deliverAll)
  }

  async function deliver(webhook: Webhook, attempt: number): Promise<void> {
    const instance = instances.length === 0 ? null : chance.pick(instances)
    let isAnswered = false
    const repeat = (): void => {
      if (!isAnswered && attempt < MOST_DELIVERIES)
        clock.after(REPEAT_AFTER_MS, () => void deliver(webhook, attempt + 1))
      isAnswered = true
    }
    if (instance === null) return repeat()
    clock.after(PATIENCE_MS, repeat)
    witness.mayKnow(webhook.chat, [webhook.fact])
    // An answer that comes too late for its sender has been given all the same.
    await instance.receive(webhook.event).then(() => {
      isAnswered = true
      acknowledged.add(webhook.event.id)
      team.note(webhook.chat, `acknowledged ${JSON.stringify(webhook.fact)}`)
      witness.learn(webhook.chat, webhook.fact)
    }, repeat)
  }

  async function pauseOrResume(agent: AgentId, until: number | null): Promise<void> {
    if (instances.length === 0) return
    if ((await chance.pick(instances).store.pauseAgent(agent, until)) !== 'done') return
    witness.learnPause(agent, until !== null)
  }

  const acts: readonly (readonly [weight: number, act: () => void])[] = [
    [4, team.open],
    [6, team.customerWrites],
    [4, team.personAssigns],
    [4, team.personRemoves],
    [3, team.personCloses],
    [4, team.agentAnswers],
    [3, team.personMoves],
    [2, team.personSnoozes],
  ]
  const faults: readonly (readonly [weight: number, fault: (one: Instance) => void])[] = [
    [6, () => undefined],
    [3, kill],
    [2, ({ process }) => process.freeze(chance.between(1200, 8000))],
    [1, ({ process }) => process.setClock(chance.pick([-3_600_000, -5000, 5000, 3_600_000]))],
    [1, ({ process }) => process.setClock(0)],
    [1, () => outage(database.setDown, chance.between(500, 4000))],
    [1, () => outage(helpCrunch.setDown, chance.between(2000, 15_000))],
    [1, helpCrunch.exhaust],
    [2, () => void (lastPause = lastPause.then(togglePause).catch(() => undefined))],
    [1, () => use(chance.pick(RULES))],
  ]

  function outage(setDown: (down: boolean) => void, forMs: number): void {
    setDown(true)
    clock.after(forMs, () => setDown(false))
  }

  /** One after the other: of two at once none would be the last. */
  let lastPause: Promise<unknown> = Promise.resolve()

  function togglePause(): Promise<void> {
    const agent = agentId(chance.pick([1, 2, 3]))
    return pauseOrResume(agent, witness.isPaused(agent) ? null : Number.MAX_SAFE_INTEGER)
  }

  function use(next: Rules): void {
    rules = next
    for (const instance of instances) instance.noteRules()
  }

  function fail(): void {
    if (isOver) return
    if (instances.length > 0) turn(faults)(chance.pick(instances))
    clock.after(chance.between(FAULT_EVERY_MS.least, FAULT_EVERY_MS.most), fail)
  }

  function turn<T>(of: readonly (readonly [number, T])[]): T {
    return chance.pick(of.flatMap(([weight, each]) => Array.from({ length: weight }, () => each)))
  }

  for (let i = 0; i < count; i += 1) void start()
  deliverAll()
  await clock.pass(4000)
  for (let i = 0; i < 3; i += 1) team.open()
  clock.after(3000, fail)
  for (let i = 0; i < ACTS; i += 1) {
    await clock.pass(ACT_EVERY_MS)
    turn(acts)()
  }

  database.calm()
  helpCrunch.calm()
  isOver = true
  use(OPEN_TO_ALL)
  await clock.pass(10_000)
  for (const { process } of instances) process.setClock(0)
  for (const agent of [1, 2, 3]) await clock.pass(0).then(() => void pauseOrResume(agentId(agent), null))
  await clock.pass(PEACE_MS)
  if (team.chats.some(isUnserved)) await clock.pass(LONGER_PEACE_MS)
  for (const chat of team.chats.filter(isUnserved)) tellOf(chat, 'its customer waits, and no agent has it')
  const stored = new Set((await database.query('select id from event')).map(({ id }) => id))
  for (const id of acknowledged)
    if (!stored.has(id)) broken.push(`seed ${seed}: event ${id} was acknowledged, and is lost`)
  await expectFolds(database.query, (instances[0] as Instance).accountId)
  const story = team.chats.flatMap(({ id, log }) => [`chat ${id}`, ...log]).join('\n')
  database.close()
  return { broken, story }
}
