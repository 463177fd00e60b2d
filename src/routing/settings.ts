import type { AgentId, Channel, DepartmentId } from '../domain.ts'
import { readBots } from './bots.ts'
import type { RoutingFile } from './file-schema.ts'
import { ALWAYS, createWorkingTime, type WorkingTime } from './working-time.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const DEFAULT_HOPS = 3
const DEFAULT_EXTERNAL_TIMEOUT_MS = 1000
const DEFAULT_FORGET_DAYS = 90
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** The routing file's settings for one agent. */
export interface Profile {
  readonly weight: number
  readonly skills: ReadonlySet<string>
  readonly workingTime: WorkingTime
}

type DepartmentSettings = NonNullable<RoutingFile['departments']>[string]

/** The routing file, prepared for the rules: it has everything that they look up, in the form that they need. */
export interface Settings {
  readonly file: RoutingFile
  /** `AGENT_CAPACITY` and `BOT_AGENT_IDS`: the settings are made from these and the file. */
  readonly agentCapacity: number | null
  readonly botAgentIds: string | null
  profileOf(agentId: AgentId): Profile
  capacityOf(agentId: AgentId, departmentId: DepartmentId | null): number | null
  departmentOf(departmentId: DepartmentId | null): DepartmentSettings | null
  /**
   * How much of a capacity a chat takes. A messenger without a weight of its own, and an unknown channel, count like
   * `chat`.
   */
  weightOf(channel: Channel | null): number
  /** Whether the routing file gives the agent no chats: a capacity or weight of 0. */
  isTakenOut(agentId: AgentId, departmentId: DepartmentId | null): boolean
  readonly bots: {
    readonly ids: ReadonlySet<AgentId>
    /** In lower case. */
    readonly names: ReadonlySet<string>
    isBot(agent: { readonly id: AgentId; readonly name: string | null }): boolean
    /**
     * How long a bot may keep a chat before it goes to a person; 0: it goes at once; `null`: when the bot releases it.
     */
    readonly routeAfterMs: number | null
  }
  /** How long a chat without a department waits for a department. */
  readonly waitForDepartmentMs: number
  /** Whether chats wait while HelpCrunch says that the team is offline. */
  readonly onlyWhenTeamOnline: boolean
  readonly needs: readonly { readonly label: string; readonly skill: string; readonly relaxAfterMs: number | null }[]
  /** An agent who wrote to a customer within this time is present; `null`: no agent has to. */
  readonly hereMs: number | null
  readonly guard: { readonly chats: number; readonly windowMs: number } | null
  readonly sticky: {
    readonly waitMs: number
    readonly forgetAfterMs: number
    /** Whether a reply to an automatic or mass message goes to the sender of that message. */
    readonly prefersBroadcastSender: boolean
  }
  /** The external endpoint; `null`: there is none. */
  readonly external: { readonly url: string; readonly timeoutMs: number } | null
  readonly noAnswer: { readonly afterMs: number; readonly hops: number; readonly awayAfter: number | null } | null
}

/**
 * Prepares the routing file's settings.
 * @param agentCapacity `AGENT_CAPACITY`, for agents without a capacity of their own
 * @param botAgentIds `BOT_AGENT_IDS`
 */
export function createSettings(
  file: RoutingFile,
  agentCapacity: number | null,
  botAgentIds: string | null = null,
): Settings {
  const profiles = new Map<AgentId, Profile>()
  const workingTimes = new Map<string, WorkingTime>()
  const { channels = {}, guard, noAnswer, sticky = {} } = file

  function makeProfile(agentId: AgentId): Profile {
    const agent = file.agents?.[String(agentId)]
    const shift = agent?.shift ?? file.shift
    const workingTime = shift === undefined && agent?.leave === undefined ? ALWAYS : workingTimeOf(shift, agent?.leave)
    return { weight: agent?.weight ?? 1, skills: new Set(agent?.skills), workingTime }
  }

  /**
   * Returns one `WorkingTime` for all agents with the same shift and leave, because each caches the days around now.
   */
  function workingTimeOf(name: string | undefined, leave: readonly { from: string; to: string }[] = []): WorkingTime {
    const key = JSON.stringify([name, leave])
    const made = workingTimes.get(key) ?? makeWorkingTime(name, leave)
    workingTimes.set(key, made)
    return made
  }

  function makeWorkingTime(name: string | undefined, leave: readonly { from: string; to: string }[]): WorkingTime {
    const shift = file.shifts?.[name ?? '']
    const hours = (shift?.hours ?? AROUND_THE_CLOCK).map(({ days, from, to }) => ({
      days: days.map((day) => DAYS.indexOf(day) + 1),
      from,
      to,
    }))
    return createWorkingTime({ zone: shift?.zone ?? 'UTC', hours, holidays: shift?.holidays ?? [] }, leave)
  }

  function capacityOf(agentId: AgentId, departmentId: DepartmentId | null): number | null {
    const ofAgent = file.agents?.[String(agentId)]?.capacity
    return ofAgent ?? file.departments?.[keyOf(departmentId)]?.capacity ?? file.capacity ?? agentCapacity
  }

  return {
    file,
    agentCapacity,
    botAgentIds,
    profileOf(agentId) {
      const known = profiles.get(agentId)
      if (known !== undefined) return known
      const made = makeProfile(agentId)
      profiles.set(agentId, made)
      return made
    },
    capacityOf,
    isTakenOut: (agentId, departmentId) =>
      capacityOf(agentId, departmentId) === 0 || file.agents?.[String(agentId)]?.weight === 0,
    bots: readBots(file.bots, botAgentIds),
    waitForDepartmentMs: (file.waitForDepartmentSeconds ?? 0) * 1000,
    onlyWhenTeamOnline: file.onlyWhenTeamOnline ?? false,
    departmentOf: (departmentId) => file.departments?.[keyOf(departmentId)] ?? null,
    weightOf: (channel) => channels[channel ?? 'chat'] ?? (channel === 'email' ? 1 : (channels.chat ?? 1)),
    needs: (file.needs ?? []).map(({ label, skill, relaxAfterMinutes }) => ({
      label,
      skill,
      relaxAfterMs: relaxAfterMinutes === undefined ? null : relaxAfterMinutes * MINUTE_MS,
    })),
    hereMs: file.hereMinutes === undefined ? null : file.hereMinutes * MINUTE_MS,
    guard: guard === undefined ? null : { chats: guard.chats, windowMs: guard.minutes * MINUTE_MS },
    sticky: {
      waitMs: (sticky.waitSeconds ?? 0) * 1000,
      forgetAfterMs: Math.round((sticky.forgetAfterDays ?? DEFAULT_FORGET_DAYS) * DAY_MS),
      prefersBroadcastSender: sticky.preferBroadcastSender ?? false,
    },
    external:
      file.external === undefined
        ? null
        : { url: file.external.url, timeoutMs: file.external.timeoutMs ?? DEFAULT_EXTERNAL_TIMEOUT_MS },
    noAnswer:
      noAnswer === undefined
        ? null
        : {
            afterMs: Math.round(noAnswer.minutes * MINUTE_MS),
            hops: noAnswer.hops ?? DEFAULT_HOPS,
            awayAfter: noAnswer.awayAfter ?? null,
          },
  }
}

function keyOf(departmentId: DepartmentId | null): string {
  return departmentId === null ? 'none' : String(departmentId)
}

const AROUND_THE_CLOCK = [{ days: DAYS, from: '00:00', to: '24:00' }]
