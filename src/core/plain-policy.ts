import type { ChatPolicy } from '../decision.ts'

/** Loads are kept in hundredths of a chat, so that sums of shares stay exact. */
export const HUNDREDTHS = 100

/** Without a routing file: no labels, and every chat counts as one. */
export const PLAIN: ChatPolicy = {
  version: 'plain',
  text: '{}',
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
