import type { Decision } from '../decision.ts'
import type { Chat } from '../domain.ts'
import type { Assignment } from './records.ts'
import type { Draft } from './draft.ts'

export const WAIT_FOR_DEPARTMENT = 'wait for department'

/**
 * Why a chat is not decided yet, even if agents are free: a decision without an agent, so that the reason is on record.
 * `null`: the chat can be decided.
 */
export function findObstacle(draft: Draft, chat: Chat, open: Assignment): Decision | null {
  const { policy, state, now } = draft
  if (policy.onlyWhenTeamOnline && state.teamOnline === false) {
    return toDecision(draft, chat, open, {
      rule: 'team online',
      reason: 'HelpCrunch says that the team is offline',
      lookAgainAt: null,
      isThisChat: false,
    })
  }
  const until = open.openedAt + policy.waitForDepartmentMs
  // An `until` much further ahead means that the assignment was opened before the clock was set back.
  const isOver = now >= until || until > now + 2 * policy.waitForDepartmentMs
  if (chat.departmentId !== null || chat.assigneeId !== null || isOver) return null
  return toDecision(draft, chat, open, {
    rule: WAIT_FOR_DEPARTMENT,
    reason: `the chat has until ${new Date(until).toISOString()} to get a department`,
    lookAgainAt: until,
    isThisChat: true,
  })
}

function toDecision(
  { policy, state, now }: Draft,
  chat: Chat,
  open: Assignment,
  { rule, reason, ...when }: { rule: string; reason: string } & Pick<Decision, 'lookAgainAt' | 'isThisChat'>,
): Decision {
  return {
    chatId: chat.id,
    decidedAt: now,
    policy: policy.version,
    steps: [{ rule, kept: [], dropped: [{ reason, agentIds: state.listed.map(({ id }) => id) }] }],
    agentId: null,
    summary: `no agent yet: ${reason}`,
    known: { departmentId: chat.departmentId, labels: chat.labels, waitedMs: now - open.openedAt },
    ...when,
    isLeft: false,
    asks: null,
    credits: null,
  }
}
