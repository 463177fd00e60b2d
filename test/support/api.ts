import { onTestFinished } from 'vitest'
import type { AccessSettings } from '../../src/http/access/contract.ts'
import type { ApiAccount, OperatorAct } from '../../src/http/api/contract.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createServer } from '../../src/http/server.ts'
import { doorOf, SILENT } from './door.ts'
import { createManualClock } from './manual-clock.ts'
import { openReportTables } from './report-tables.ts'

export const ADMIN = 'admin-token-0123456789'
export const VIEWER = 'viewer-token-0123456789'
const OF_BETA = 'beta-token-0123456789'

const ACCESS: AccessSettings = {
  tokens: [
    { name: 'ADMIN_TOKEN', secret: ADMIN, role: 'operator', accounts: null },
    { name: 'VIEWER_TOKEN', secret: VIEWER, role: 'viewer', accounts: null },
    { name: 'adminToken of beta', secret: OF_BETA, role: 'operator', accounts: ['beta'] },
  ],
  metricsToken: null,
  trustedProxies: [],
  singleSignOn: null,
  publicUrl: null,
}

export type Api = Awaited<ReturnType<typeof openApi>>

/** The API of two accounts on the same empty tables; its acts are recorded. */
export async function openApi(access: Partial<AccessSettings> = {}) {
  const clock = createManualClock()
  const tables = await openReportTables('SQLite')
  const acts: OperatorAct[] = []
  const listeners = new Set<() => void>()
  const accountOf = (name: string): ApiAccount => ({
    name,
    isDryRun: false,
    limitPerMinute: 120,
    reports: tables.reports,
    rules: RULES,
    acts: {
      previewHandOver: async () => [],
      async perform(act) {
        acts.push(act)
        return act.kind === 'resume'
          ? { status: 'refused', message: 'there is no such agent' }
          : { status: 'done', message: 'done' }
      },
    },
    changes: {
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    explain: async () => null,
    checks: () => [{ name: 'helpcrunch', ok: true, detail: 'nothing against it' }],
    chatUrl: (id) => `https://acme.helpcrunch.com/inbox/chats/${id}`,
  })
  const { registry, meterOf } = createMetrics()
  const checks = [
    { name: 'store', ok: true, detail: 'answers' },
    { name: 'other router', ok: true, detail: 'department Sales (10) assigns by itself' },
    { name: 'routing', ok: true, detail: 'last change refused: routing file /etc/routing.yaml: line 3' },
  ]
  const { app } = createServer({
    http: {
      ...doorOf({ signingKeys: ['key'], meter: meterOf(null), receive: async () => 'accepted' }),
      maxAgeMs: 86_400_000,
      isClockSure: () => true,
      readWebhook: () => ({ ignored: 'nothing is read here', type: 'none' }),
      readiness: async () => ({ isReady: true, checks }),
      api: {
        accounts: new Map(['default', 'beta'].map((name) => [name, accountOf(name)])),
        access: { ...ACCESS, ...access },
        clock,
      },
    },
    registry,
    clock,
    logger: SILENT,
  })
  onTestFinished(() => app.close())
  await app.ready()
  return {
    app,
    clock,
    tables,
    acts,
    /** Tells the feed of a change, as a commit does. */
    change: () => listeners.forEach((listener) => listener()),
    listeners,
    get: (path: string, headers: Record<string, string> = bearer(ADMIN)) =>
      app.inject({ url: `/api/v1/${path}`, headers }),
    post: (path: string, payload: object, headers: Record<string, string> = {}) =>
      app.inject({ method: 'POST', url: `/api/v1/${path}`, payload, headers }),
    betaToken: OF_BETA,
  }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

const RULES: ApiAccount['rules'] = {
  version: () => 'load',
  refusal: () => null,
  zone: () => 'Europe/Kyiv',
  getsChats: () => true,
  statusOf: () => ({ state: 'available', until: null, capacity: 5, weight: 1 }),
  workingMs: (_agentId, from, to) => to - from,
  weightOf: (agentId) => agentId,
  isOnShift: () => true,
  describe: async () => ({ sentences: ['1. load.'], findings: [] }),
  check: async (text) => ({ mistakes: text === 'bad' ? ['line 1'] : [], sentences: [], findings: [] }),
}
