import { fileURLToPath } from 'node:url'
import type { StandInAgent, StandInDepartment } from './account.ts'

export const DEMO_API_KEY = 'demo-api-key'
export const DEMO_SIGNING_KEY = 'demo-signing-key'
export const DEMO_ADMIN_TOKEN = 'demo-admin-token'
export const DEMO_ROUTING_FILE = fileURLToPath(new URL('routing.yaml', import.meta.url))

const PEOPLE = ['Ann', 'Ben', 'Chloe', 'Dmytro', 'Eve', 'Farid'].map((name, index) => ({
  id: index + 1,
  name,
  email: `${name.toLowerCase()}@example.com`,
  role: 'agent',
}))

/** HelpCrunch's own chatbot, which begins some chats and hands them over to people. */
export const HELP_BOT: StandInAgent = { id: 7, name: 'HelpBot', email: 'bot@example.com', role: 'admin' }

/** The demo's agents; who can do what is in `routing.yaml`. */
export const AGENTS: readonly StandInAgent[] = [...PEOPLE, HELP_BOT]

export const DEPARTMENTS: readonly StandInDepartment[] = [
  { id: 10, name: 'Sales', agentIds: [1, 2, 3] },
  { id: 20, name: 'Support', agentIds: [3, 4, 5, 6] },
  { id: 30, name: 'Billing', agentIds: [2, 6] },
]
