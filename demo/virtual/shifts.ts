import type { AgentId, Clock } from '../../src/domain.ts'
import type { WorkingTime } from '../../src/routing/working-time.ts'
import { TEAM_SETTINGS } from './policies.ts'

export interface Shifts {
  isOnShift(agentId: number): boolean
  /** `delayMs` from now; or, if the agent is not at work then, so long after they next are. */
  untilAtWorkMs(agentId: number, delayMs: number): number
}

/** When the team is at work, whether or not a policy knows of it. */
export function createShifts(clock: Clock): Shifts {
  const workingTimeOf = (agentId: number): WorkingTime => TEAM_SETTINGS.profileOf(agentId as AgentId).workingTime

  return {
    isOnShift: (agentId) => workingTimeOf(agentId).isOpen(clock.now()),
    untilAtWorkMs(agentId, delayMs) {
      const at = clock.now() + Math.ceil(delayMs)
      const workingTime = workingTimeOf(agentId)
      if (workingTime.isOpen(at)) return delayMs
      return (workingTime.nextChangeAt(at) ?? at) - clock.now() + delayMs
    },
  }
}
