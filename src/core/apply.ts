import { applyAct } from './apply-act.ts'
import { applyCustomerEvent } from './customers.ts'
import { applyDue } from './apply-due.ts'
import { applyEvent } from './apply-event.ts'
import { applyPage } from './apply-page.ts'
import { applyRoster } from './apply-roster.ts'
import { applySettlement } from './apply-settlement.ts'
import type { Applied } from './contract.ts'
import type { Input, Moment } from './inputs.ts'
import { chatOf, openDraft, type Draft } from './draft.ts'
import { finish } from './finish.ts'
import { applyStep } from './step.ts'
import { merge, type AccountState } from './state.ts'

type Answers = Pick<Applied, 'step' | 'assignmentState' | 'reconciled' | 'replay'>

/**
 * Applies an input to an account's state. Chats, assignments and agents change only here. The chats that the input
 * names must have been read into the state.
 * @returns what changed, for the database and for listeners
 * @throws Error on a mistake in the core; the state is unchanged
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
    case 'customer':
      applyCustomerEvent(draft, input.event)
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

/** The previous instance may have sent what it decided: fetch those chats before deciding them again. */
function takeOver(draft: Draft, { decided }: Extract<Input, { kind: 'takeover' }>): void {
  for (const { chatId } of decided) chatOf(draft, chatId).verifiedAt = 'doubted'
  draft.state.lastPosition = Math.max(0, ...Array.from(draft.state.agents.values(), ({ agent }) => agent.turn))
}
