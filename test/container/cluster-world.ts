import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAccount } from '../../demo/account.ts'
import { createLimiter } from '../../demo/limiter.ts'
import { createSender } from '../../demo/sender.ts'
import { openStandIn } from '../../demo/stand-in.ts'
import type { LogLine } from '../../demo/view.ts'
import { findFreePort } from '../support/free-port.ts'
import { agents, API_KEY, eventually, SIGNING_KEY } from '../support/world.ts'
import { composeCommand } from './compose-command.ts'

const run = promisify(execFile)
const NO_LIMIT = 1_000_000
const PROJECT = 'autoassign-cluster-test'
const MAX_LOG_BYTES = 256 * 1024 * 1024

export const INSTANCES = ['autoassign-1', 'autoassign-2', 'autoassign-3'] as const
export type Instance = (typeof INSTANCES)[number]
export type ClusterWorld = Awaited<ReturnType<typeof openClusterWorld>>

/**
 * The profile `cluster` as Compose starts it, with a HelpCrunch account and the sender of its webhooks in this process,
 * which know what was acknowledged and what was assigned. All of it is removed after the test.
 */
export async function openClusterWorld() {
  const port = await findFreePort()
  const url = `http://127.0.0.1:${port}`
  const sender = createSender({ url: `${url}/webhooks/helpcrunch`, signingKey: SIGNING_KEY, clock: systemClock })
  const account = createAccount({ agents: agents(5), departments: [], clock: systemClock, emit: sender.send })
  const limiter = createLimiter('sliding', NO_LIMIT, systemClock)
  const standIn = await openStandIn({ account, apiKey: API_KEY, limiter, host: '0.0.0.0' })
  const apiUrl = new URL(standIn.url)
  apiUrl.hostname = await hostSeenFromContainers()
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-cluster-'))
  const envFile = join(directory, 'cluster.env')
  await writeFile(
    envFile,
    [
      `HELPCRUNCH_API_KEY=${API_KEY}`,
      `HELPCRUNCH_WEBHOOK_SIGNING_KEY=${SIGNING_KEY}`,
      `HELPCRUNCH_API_URL=${apiUrl.href}`,
      `RATE_LIMIT_PER_MINUTE=${NO_LIMIT}`,
    ].join('\n'),
  )
  const [program, ...words] = await composeCommand()
  const env = { ...process.env, ENV_FILE: envFile, PUBLISH_PORT: String(port), COMPOSE_PROJECT_NAME: PROJECT }
  const compose = (...args: string[]) => run(program as string, [...words, '--profile', 'cluster', ...args], { env })
  const down = () => compose('down', '--volumes', '--timeout', '1')

  let stopTraffic = (): void => undefined
  onTestFinished(async () => {
    stopTraffic()
    sender.close()
    await down()
    await standIn.close()
    await rm(directory, { recursive: true, force: true })
  })
  await down()
  await compose('up', '--detach', '--no-build', 'proxy')
  const containers = new Map<string, string>()
  for (const service of [...INSTANCES, 'postgres']) {
    containers.set(service, (await compose('ps', '--quiet', service)).stdout.trim())
  }
  const docker = (service: string, ...args: string[]) => run('docker', [...args, containers.get(service) as string])

  async function logOf(instance: Instance): Promise<(LogLine & { time: string })[]> {
    const id = containers.get(instance) as string
    const { stdout } = await run('docker', ['logs', id], { maxBuffer: MAX_LOG_BYTES })
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'))
    return lines.map((line) => JSON.parse(line) as LogLine & { time: string })
  }
  async function countOf(instance: Instance, message: string): Promise<number> {
    return (await logOf(instance)).filter(({ msg }) => msg === message).length
  }
  const isReady = async () => (await fetch(`${url}/readyz`)).ok

  const world = {
    account,
    sender,
    standIn,
    /** The instance that last logged that it has taken the account. */
    async decider(): Promise<Instance> {
      const saidAt = await Promise.all(
        INSTANCES.map(async (instance) => {
          const said = (await logOf(instance)).findLast(({ msg }) => msg === 'accounts taken')
          return { instance, at: said === undefined ? 0 : Date.parse(said.time) }
        }),
      )
      return saidAt.reduce((last, each) => (each.at > last.at ? each : last)).instance
    },
    kill: (service: Instance | 'postgres') => docker(service, 'kill', '--signal', 'KILL'),
    start: (service: 'postgres') => docker(service, 'start'),
    /** Resolves when it listens, and the proxy has had time to see it. */
    async startInstance(instance: Instance): Promise<void> {
      const before = await countOf(instance, 'listening')
      await docker(instance, 'start')
      await eventually(async () => {
        if ((await countOf(instance, 'listening')) === before) throw new Error(`${instance} does not listen yet`)
      })
      await new Promise((resolve) => void systemClock.after(1500, () => resolve(undefined)))
    },
    startTraffic(chatsPerSecond: number): void {
      const timer = setInterval(() => account.openChat(null), 1000 / chatsPerSecond)
      stopTraffic = () => clearInterval(timer)
    },
    stopTraffic: () => stopTraffic(),
    /** The successful PUTs in their order. */
    assigned: () => standIn.puts().filter(({ status }) => status === 200),
  }
  await eventually(async () => {
    if (!(await isReady())) throw new Error('no instance is ready yet')
  })
  account.openChat(null)
  await eventually(() => {
    if (world.assigned().length === 0) throw new Error('nothing assigned yet')
  })
  return world
}

/** The gateway of Docker's network; where the engine does not tell it after its first start, the first address. */
async function hostSeenFromContainers(): Promise<string> {
  const { stdout } = await run('docker', ['network', 'inspect', 'bridge', '--format', '{{json .IPAM.Config}}'])
  const [{ Gateway: gateway, Subnet: subnet }] = JSON.parse(stdout) as [{ Gateway?: string; Subnet: string }]
  return gateway ?? subnet.replace(/0\/\d+$/, '1')
}
