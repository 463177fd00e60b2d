import type { Policy } from '../../src/routing/contract.ts'
import type { RoutingFile } from '../../src/routing/file-schema.ts'
import { createPolicy } from '../../src/routing/policy.ts'
import { BILLING, PEOPLE, SALES, SUPPORT } from './people.ts'

const AGENT_CAPACITY = 5

/** What a support lead of this team would write. */
const ROUTING_FILE: RoutingFile = {
  capacity: AGENT_CAPACITY,
  shifts: {
    early: { zone: 'Europe/Kyiv', hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '06:00', to: '14:00' }] },
    day: { zone: 'Europe/Kyiv', hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }] },
    late: {
      zone: 'Europe/Kyiv',
      hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], from: '14:00', to: '22:00' }],
    },
    night: {
      zone: 'Europe/Kyiv',
      hours: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '22:00', to: '06:00' }],
    },
    weekend: {
      zone: 'Europe/Kyiv',
      hours: [{ days: ['wed', 'thu', 'fri', 'sat', 'sun'], from: '09:00', to: '19:00' }],
    },
  },
  agents: Object.fromEntries(
    PEOPLE.map(({ id, shift, weight, capacity, skills }) => [
      String(id),
      { shift, weight, capacity, skills: [...skills] },
    ]),
  ),
  departments: {
    [SALES]: { overflow: [{ to: 'own', seconds: 120 }, { to: SUPPORT, seconds: 300 }, { to: 'anybody' }] },
    [SUPPORT]: { overflow: [{ to: 'own', seconds: 300 }, { to: 'anybody' }] },
    [BILLING]: { overflow: [{ to: 'own', seconds: 120 }, { to: SUPPORT, seconds: 300 }, { to: 'anybody' }] },
  },
  labels: { french: { language: ['fr'] } },
  needs: [{ label: 'french', skill: 'french', relaxAfterMinutes: 10 }],
  noAnswer: { minutes: 10, awayAfter: 3 },
}

/** A policy with the name that it has in the tables. */
export interface NamedPolicy {
  readonly name: string
  readonly policy: Policy
}

/** When the people work, also where the policy knows nothing of it. */
export const TEAM_SETTINGS = policyOf(null, ROUTING_FILE).settings

/** Those that run against each other. */
export const POLICIES: readonly NamedPolicy[] = [
  { name: 'load', policy: policyOf('department,available,capacity,load,round-robin') },
  { name: 'round-robin', policy: policyOf('department,available,capacity,round-robin') },
  { name: 'routing file', policy: policyOf(null, ROUTING_FILE) },
]

function policyOf(rules: string | null, file: RoutingFile | null = null): Policy {
  const policy = createPolicy({ rules, agentCapacity: AGENT_CAPACITY, file })
  if (typeof policy === 'string') throw new Error(policy)
  return policy
}
