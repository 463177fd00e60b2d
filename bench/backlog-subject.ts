import { writeFileSync } from 'node:fs'
import { seedDatabase } from './seed.ts'
import type { ServerProcess } from './server-process.ts'
import { NO_LIMIT, startWithFile } from './service.ts'
import { startTraffic } from './traffic/traffic-process.ts'
import { FIRST_SEEDED_CHAT, SEEDED_DEPARTMENT } from './traffic/wire.ts'

/** Agents 1 to 6 have one chat each, and no room for more; 7 to 26 may have 10,000 each, which is the maximum. */
const FULL_AGENTS = 6
const AGENTS = 26
const FREE_DEPARTMENT = 40
/** The load generator's webhooks are about chats of these departments. */
const FULL_DEPARTMENTS = [SEEDED_DEPARTMENT, 20, 30].map((id) => ({ id, first: 1, last: FULL_AGENTS }))
const DRAIN_SECONDS = 20

/** A service with an account of its own, in which some agents are full with one chat each. */
export interface BacklogSubject extends AsyncDisposable {
  start(): Promise<ServerProcess>
  /** Assignments a second in the department whose agents have room. */
  assign(service: ServerProcess, seconds: number): Promise<number>
  /** Closes the chat of the first agent, then the one in its place, and so on. Returns the milliseconds of each PUT. */
  freeSlots(service: ServerProcess, slots: number): Promise<readonly number[]>
}

/** @param waiting how many chats wait for one of the agents already */
export async function openBacklogSubject(directory: string, waiting: number): Promise<BacklogSubject> {
  const database = `${directory}/${waiting}.db`
  const departments = [...FULL_DEPARTMENTS, { id: FREE_DEPARTMENT, first: FULL_AGENTS + 1, last: AGENTS }]
  const traffic = await startTraffic({ accounts: 1, agents: AGENTS, departments })
  await seedDatabase(traffic.url, database, { holders: FULL_AGENTS, assigned: FULL_AGENTS, waiting })
  const routingFile = `${directory}/routing.yaml`
  writeFileSync(routingFile, JSON.stringify({ capacity: 1, agents: freeAgents() }))

  return {
    start: () => startWithFile(traffic.url, database, { ...NO_LIMIT, ROUTING_FILE: routingFile }),
    async assign({ url }, seconds) {
      const result = await traffic.run({
        kind: 'saturate',
        urls: [url],
        isEchoed: false,
        departments: [FREE_DEPARTMENT],
        seconds,
        connections: 64,
        maxWaiting: 256,
        warmUpSeconds: 0.5,
        drainSeconds: DRAIN_SECONDS,
      })
      if (result.missing > 0) throw new Error(`${result.missing} chats in the department with room have no agent`)
      return result.assignedPerSecond
    },
    async freeSlots({ url }, slots) {
      return (await traffic.run({ kind: 'free slots', url, firstChatId: FIRST_SEEDED_CHAT, slots })).waitsMs
    },
    [Symbol.asyncDispose]: () => traffic[Symbol.asyncDispose](),
  }
}

function freeAgents() {
  const ids = Array.from({ length: AGENTS - FULL_AGENTS }, (_each, index) => FULL_AGENTS + 1 + index)
  return Object.fromEntries(ids.map((id) => [String(id), { capacity: 10_000 }]))
}
