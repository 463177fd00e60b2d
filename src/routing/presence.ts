import type { Agent } from '../domain.ts'
import type { Drop } from './contract.ts'
import type { Settings } from './settings.ts'

/** The reason for an agent without chats left today. */
export const ALLOWANCE_USED = 'has had as many chats today as an operator allows'

/**
 * Why an agent is absent: paused by a person, out of the chats that an operator allows, away after missed chats, or off
 * shift. `null`: the agent is present.
 */
export function absenceOf(agent: Agent, settings: Settings, now: number, isShiftIgnored = false): Drop | null {
  const { pausedUntil, missedInRow, allowance } = agent
  if (pausedUntil !== null && pausedUntil > now) return { reason: 'paused', until: pausedUntil }
  if (allowance !== null && allowance.left <= 0 && allowance.until > now)
    return { reason: ALLOWANCE_USED, until: allowance.until }
  const awayAfter = settings.noAnswer?.awayAfter ?? null
  if (awayAfter !== null && missedInRow >= awayAfter) return `away: let ${awayAfter} chats pass unanswered`
  if (isShiftIgnored) return null
  const { workingTime } = settings.profileOf(agent.id)
  return workingTime.isOpen(now) ? null : { reason: 'not on shift', until: workingTime.nextChangeAt(now) }
}
