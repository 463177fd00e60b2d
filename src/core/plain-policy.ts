import type { ChatPolicy } from '../decision.ts'

/** Loads are stored in hundredths of a chat, so that sums of fractions stay exact. */
export const HUNDREDTHS = 100

/** The policy without a routing file: no labels, and each chat counts as one. */
export const PLAIN: ChatPolicy = {
  version: 'plain',
  text: '{}',
  classify: () => [],
  classifyKnown: () => [],
  labelsSaidIn: () => [],
  needsCustomer: false,
  isBot: () => false,
  routeFromBotAfterMs: null,
  waitForDepartmentMs: 0,
  onlyWhenTeamOnline: false,
  prefersBroadcastSender: false,
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
