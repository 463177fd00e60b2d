import type { Agent, AgentId, Chat, ChatId, CustomerId, DepartmentId } from '../domain.ts'
import type { Candidate, Rule, RuleContext } from './contract.ts'
import type { Settings } from './settings.ts'

const NOW = Date.UTC(2026, 0, 5, 12)

/**
 * Tries a plug-in's rule on made-up chats and agents, as a decision would.
 * @returns which missing properties it reads, and how it fails: a sentence each
 */
export function probeRule(rule: Rule, settings: Settings): string[] {
  const findings = new Set<string>()
  const note = (path: string) => findings.add(`the rule ${rule.name} reads ${path}, which is never there`)
  for (const chat of [BARE_CHAT, { ...BARE_CHAT, ...FULL_CHAT, labels: Object.keys(settings.file.labels ?? {}) }]) {
    const candidate = watch({ agent: AGENT, capacity: 5, weight: 1 }, 'candidate', note)
    const context = watch(contextOf(chat, settings), 'context', note)
    try {
      const problem = ask(rule, candidate, context)
      if (problem !== null) findings.add(`the rule ${rule.name} ${problem}`)
    } catch (error) {
      findings.add(`the rule ${rule.name} fails: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return [...findings]
}

function ask(rule: Rule, candidate: Candidate, context: RuleContext): string | null {
  if (rule.kind === 'rank')
    return Number.isFinite(rule.score(candidate, context)) ? null : 'gives something that is no number'
  const verdict: unknown = rule.keep(candidate, context)
  const reason = typeof verdict === 'object' && verdict !== null && 'reason' in verdict ? verdict.reason : verdict
  return verdict === true || typeof reason === 'string' ? null : 'gives neither true nor a reason'
}

/** Wraps an object, and the objects in it, to report each read of a property that does not exist. */
function watch<T extends object>(target: T, path: string, note: (path: string) => void): T {
  return new Proxy(target, {
    get(object, key, receiver): unknown {
      // The names in the contract: `candidate.agent` is called agent, and `context.chat` chat.
      const name = `${path}.${String(key)}`.replace(
        /^candidate\.agent|^context\.chat/,
        (found) => found.split('.')[1] ?? '',
      )
      if (typeof key === 'string' && !(key in object)) note(name)
      const value: unknown = Reflect.get(object, key, receiver)
      const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
      return isPlain && path !== 'context.settings' ? watch(value, name, note) : value
    },
  })
}

function contextOf(chat: Chat, settings: Settings): RuleContext {
  return {
    chat,
    now: NOW,
    waitingSince: NOW - 60_000,
    lastAgent: { agentId: AGENT.id, at: NOW - 86_400_000, isPresent: true },
    settings,
    reach: { departmentIds: null, agentIds: new Set(), isShiftIgnored: false, nextAt: null, isOver: false },
    isCandidate: () => true,
    advice: [],
    owed: new Map(),
  }
}

const AGENT: Agent = {
  id: 1 as AgentId,
  name: 'Ann',
  departmentIds: [10 as DepartmentId],
  pausedUntil: null,
  isSetAside: false,
  load: 1,
  turn: 1,
  credit: 0,
  recentAt: [NOW - 60_000],
  lastActiveAt: NOW - 60_000,
  missedInRow: 0,
  allowance: null,
}

const BARE_CHAT: Chat = {
  id: 1 as ChatId,
  status: 'new',
  departmentId: null,
  assigneeId: null,
  snoozedUntil: null,
  restingSince: null,
  snapshotAt: null,
  lastCustomerMessageAt: null,
  lastAgentMessageAt: null,
  firstSeenAt: null,
  customerId: null,
  channel: 'chat',
  labels: [],
  missedBy: [],
  assignedByUs: false,
  answerDueAt: null,
  handOverAt: null,
  said: { channel: null, applicationId: null, isBroadcastReply: false, labels: [], byCustomer: [] },
  givenAt: null,
  awaitsCustomer: false,
  isWithBot: false,
  misplaced: [],
  movedAt: null,
  asked: null,
}

const FULL_CHAT: Partial<Chat> = {
  departmentId: 10 as DepartmentId,
  snapshotAt: NOW - 60_000,
  lastCustomerMessageAt: NOW - 60_000,
  firstSeenAt: NOW - 60_000,
  customerId: 7 as CustomerId,
  channel: 'email',
}
