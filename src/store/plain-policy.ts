import type { ChatPolicy } from '../decision.ts'
import { HUNDREDTHS } from './agents/agents.ts'

/** Without a routing file: no labels, and every chat counts as one. */
export const PLAIN: ChatPolicy = {
  classify: () => [],
  priorityMsOf: () => 0,
  loadOf: () => HUNDREDTHS,
  silentMs: null,
  answerDueAt: () => null,
  handOverAt: () => null,
  backAt: () => null,
  handsOverPaused: false,
  maxHops: 0,
  forgetAfterMs: 0,
}
