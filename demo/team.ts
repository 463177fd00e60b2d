import type { StandInAgent, StandInDepartment } from './account.ts'

export const DEMO_API_KEY = 'demo-api-key'
export const DEMO_SIGNING_KEY = 'demo-signing-key'
export const DEMO_ADMIN_TOKEN = 'demo-admin-token'

/** The demo's people. */
export const AGENTS: readonly StandInAgent[] = ['Ann', 'Ben', 'Chloe', 'Dmytro', 'Eve', 'Farid'].map((name, index) => ({
  id: index + 1,
  name,
  email: `${name.toLowerCase()}@example.com`,
  role: 'agent',
}))

export const DEPARTMENTS: readonly StandInDepartment[] = [
  { id: 10, name: 'Sales', agentIds: [1, 2, 3] },
  { id: 20, name: 'Support', agentIds: [3, 4, 5, 6] },
  { id: 30, name: 'Billing', agentIds: [2, 6] },
]
