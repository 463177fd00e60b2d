import { applyAct } from './apply-act.ts'
import { applyDue } from './apply-due.ts'
import { applyEvent } from './apply-event.ts'
import { applyPage } from './apply-page.ts'
import { applyRoster } from './apply-roster.ts'
import { applySettlement } from './apply-settlement.ts'
import type { Applied, Input, Moment } from './contract.ts'
import { chatOf, openDraft, type Draft } from './draft.ts'
import { finish } from './finish.ts'
import { applyStep } from './step.ts'
import { merge, type AccountState } from './state.ts'

type Answers = Pick<Applied, 'step' | 'assignmentState' | 'reconciled' | 'replay'>

/**
 * Applies an input to an account's state: the one place where a chat, an assignment or an agent becomes something else. The
 * chats that the input is about must have been read into the state.
 * @returns what changed, for the database and for those who wait
 * @throws Error where the core has a mistake; the state is as it was
 */
export function apply(state: AccountState, input: Input, moment: Moment): Applied {
  const draft = openDraft(state, moment, input.kind === 'event' ? input.receivedAt : moment.now)
  const answers = applyTo(draft, input)
  const applied = { ...finish(draft, input), ...answers }
  merge(state, applied, moment.now)
  return applied
}

const NO_ANSWERS: Answers = { step: null, assignmentState: null, reconciled: null, replay: null }

function applyTo(draft: Draft, input: Input): Answers {
  switch (input.kind) {
    case 'event':
      applyEvent(draft, input.event)
      return NO_ANSWERS
    case 'page':
      return { ...NO_ANSWERS, reconciled: applyPage(draft, input) }
    case 'roster':
      applyRoster(draft, input.roster, input.seenAt)
      return NO_ANSWERS
    case 'act':
      return { ...NO_ANSWERS, replay: applyAct(draft, input.act) }
    case 'due':
      applyDue(draft, input.chatIds)
      return NO_ANSWERS
    case 'step':
      return { ...NO_ANSWERS, step: applyStep(draft, input) }
    case 'settlement':
      return { ...NO_ANSWERS, assignmentState: applySettlement(draft, input) }
    case 'takeover':
      takeOver(draft, input)
      return NO_ANSWERS
    case 'policy':
      draft.hasFreed = true
      return NO_ANSWERS
  }
}

/** What was decided before may have been sent: the chats are fetched before they are decided again. */
function takeOver(draft: Draft, { decided }: Extract<Input, { kind: 'takeover' }>): void {
  for (const { chatId } of decided) chatOf(draft, chatId).verifiedAt = 'doubted'
  draft.state.lastPosition = Math.max(0, ...Array.from(draft.state.agents.values(), ({ agent }) => agent.turn))
}
