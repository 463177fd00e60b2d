import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Envelope } from '../../demo/account.ts'
import { startService, type ServiceProcess } from '../../demo/service-process.ts'
import type { LogLine } from '../../demo/view.ts'
import { openHelpCrunch, type HelpCrunchAccount } from './helpcrunch.ts'
import { createDatabase } from './postgres.ts'
import { eventually } from './world.ts'

const ADMIN_TOKEN = 'test-admin-token-0123456789'

/** One instance of the service, in a process of its own. */
export interface Instance {
  readonly log: LogLine[]
  readonly url: string
  /** Whether webhooks are sent to it. */
  isInRotation: boolean
  /** Requests a path as an operator, with ADMIN_TOKEN. */
  ask(path: string): Promise<Response>
  signal(name: NodeJS.Signals): void
  ended(): Promise<number | string>
}

/** Instances of the real service on one database, which get webhooks in turn. */
function createFleet(environment: () => Record<string, string>) {
  const instances: Instance[] = []
  const started: ServiceProcess[] = []
  let next = 0
  onTestFinished(async () => {
    for (const service of started) service.kill('SIGKILL')
    await Promise.all(started.map(({ ended }) => ended))
  })
  return {
    instances,
    /** A path of the next instance in rotation. */
    nextUrl(path: string): string {
      const inRotation = instances.filter((instance) => instance.isInRotation)
      next += 1
      return `${inRotation[next % inRotation.length]?.url ?? 'http://127.0.0.1:1'}${path}`
    },
    async start(more: Record<string, string> = {}): Promise<Instance> {
      const log: LogLine[] = []
      const service = await startService({ PORT: '0', ADMIN_TOKEN, ...environment(), ...more }, (line) =>
        log.push(line),
      )
      started.push(service)
      const instance: Instance = {
        log,
        url: service.url,
        isInRotation: true,
        ask: (path) => fetch(service.url + path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } }),
        signal: (name) => service.kill(name),
        ended: () => service.ended,
      }
      void service.ended.then(() => (instance.isInRotation = false))
      instances.push(instance)
      return instance
    },
  }
}

export type Instances = Awaited<ReturnType<typeof openInstances>>

/** A HelpCrunch account, and several instances of the service on one PostgreSQL. */
export async function openInstances(
  options: {
    databaseUrl?: string
    limitPerMinute?: number
    agents?: number
    env?: Record<string, string>
    onMade?: (envelope: Envelope) => void
    onAcknowledged?: (envelope: Envelope) => void
  } = {},
) {
  const databaseUrl = options.databaseUrl ?? (await createDatabase())
  const fleet = createFleet(() => ({
    HELPCRUNCH_API_KEY: helpCrunch.apiKey,
    HELPCRUNCH_WEBHOOK_SIGNING_KEY: helpCrunch.signingKey,
    HELPCRUNCH_API_URL: helpCrunch.standIn.url,
    RATE_LIMIT_PER_MINUTE: String(helpCrunch.limitPerMinute),
    DATABASE_URL: databaseUrl,
    ...options.env,
  }))
  const helpCrunch = await openHelpCrunch({
    name: 'default',
    urlOf: () => fleet.nextUrl('/webhooks/helpcrunch'),
    limitPerMinute: options.limitPerMinute,
    agents: options.agents,
    onMade: options.onMade,
    onAcknowledged: options.onAcknowledged,
  })
  return {
    ...helpCrunch,
    ...fleet,
    databaseUrl,
    /** What all of them have logged. */
    get log() {
      return fleet.instances.flatMap(({ log }) => log)
    },
    decides: (instance: Instance) => instance.log.some(({ msg }) => msg === 'accounts taken'),
    /** Waits until one of the instances has read the roster: from then on chats are given at once. */
    ready: () =>
      eventually(() => {
        if (!fleet.instances.some(({ log }) => log.some(({ msg }) => msg === 'roster read')))
          throw new Error('no roster')
      }),
  }
}

/** Several HelpCrunch accounts in one deployment. `lines` are further ones of each account in the accounts file. */
export async function openAccounts(
  databaseUrl: string,
  accounts: Readonly<
    Record<string, { readonly limitPerMinute?: number; readonly agents?: number; readonly lines?: readonly string[] }>
  >,
) {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-accounts-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'accounts.yaml')
  const fleet = createFleet(() => ({ DATABASE_URL: databaseUrl, ACCOUNTS_FILE: path, ...keys() }))
  const helpCrunches = new Map<string, HelpCrunchAccount>()
  for (const [name, { limitPerMinute, agents }] of Object.entries(accounts)) {
    const urlOf = () => fleet.nextUrl(`/webhooks/helpcrunch/${name}`)
    helpCrunches.set(name, await openHelpCrunch({ name, urlOf, limitPerMinute, agents }))
  }
  const keys = () => Object.fromEntries([...helpCrunches.values()].map(({ name, apiKey }) => [`KEY_${name}`, apiKey]))
  const entries = [...helpCrunches.values()].map(({ name, signingKey, standIn, limitPerMinute }) =>
    [
      `  - name: ${name}`,
      `apiKey: \${KEY_${name}}`,
      `signingKey: ${signingKey}`,
      `apiUrl: ${standIn.url}`,
      `requestsPerMinute: ${limitPerMinute}`,
    ]
      .concat(accounts[name]?.lines ?? [])
      .join('\n    '),
  )
  await writeFile(path, ['accounts:', ...entries].join('\n'))
  return {
    ...fleet,
    directory,
    databaseUrl,
    of(name: string): HelpCrunchAccount {
      const found = helpCrunches.get(name)
      if (found === undefined) throw new Error(`no account ${name}`)
      return found
    },
  }
}
