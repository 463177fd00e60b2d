import type { Logger } from 'pino'
import type { Check, DepartmentId } from '../domain.ts'
import type { AssignmentQueue, Operator } from '../store/contract.ts'

/**
 * Another router is suspected if at least this many of the last new chats of a department had, within seconds, an agent
 * who was not our choice.
 */
const LAST_CHATS = 10
const SUSPICIOUS = 5

interface Suspicion {
  /** The department in words; its name is read only for a warning. */
  name: string
  readonly isTaken: boolean[]
  isWarned: boolean
}

/**
 * Detects another router that assigns new chats, most likely HelpCrunch's own round robin. Two routers on one
 * department overrule each other.
 */
export function watchForOtherRouter({
  store,
  logger,
}: {
  store: Pick<AssignmentQueue & Operator, 'listDepartments' | 'onChange'>
  logger: Logger
}): { check(): Check } {
  const suspicions = new Map<DepartmentId | null, Suspicion>()

  function suspicionOf(departmentId: DepartmentId | null): Suspicion {
    const known = suspicions.get(departmentId)
    if (known !== undefined) return known
    const name = departmentId === null ? 'chats without a department' : `department ${departmentId}`
    const made = { name, isTaken: [], isWarned: false }
    suspicions.set(departmentId, made)
    return made
  }

  async function warn(departmentId: DepartmentId | null, suspicion: Suspicion): Promise<void> {
    const departments = await store.listDepartments().catch(() => [])
    const department = departments.find(({ id }) => id === departmentId)
    if (department !== undefined) suspicion.name = `department ${department.name} (${department.id})`
    logger.warn({ departmentId }, `another router assigns new chats, too: ${adviceFor(suspicion)}`)
  }

  function note(departmentId: DepartmentId | null, isNew: boolean, isTaken: boolean): void {
    const suspicion = suspicionOf(departmentId)
    if (isNew) suspicion.isTaken.push(isTaken)
    else if (isTaken && suspicion.isTaken.length > 0) suspicion.isTaken[suspicion.isTaken.lastIndexOf(false)] = true
    if (suspicion.isTaken.length > LAST_CHATS) suspicion.isTaken.shift()
    const isSuspicious = countTaken(suspicion) >= SUSPICIOUS
    const isNews = isSuspicious && !suspicion.isWarned
    suspicion.isWarned = isSuspicious
    if (isNews) void warn(departmentId, suspicion)
  }

  store.onChange(({ observations }) => {
    for (const { departmentId, isNew, isTaken } of observations) note(departmentId, isNew, isTaken)
  })

  return {
    check() {
      const found = [...suspicions.values()].filter(({ isWarned }) => isWarned)
      const detail = found.length === 0 ? 'none seen' : found.map(adviceFor).join('; ')
      return { name: 'other router', ok: true, detail }
    },
  }
}

function countTaken({ isTaken }: Suspicion): number {
  return isTaken.filter(Boolean).length
}

function adviceFor(suspicion: Suspicion): string {
  const seen = `${countTaken(suspicion)} of the last ${suspicion.isTaken.length} new chats of ${suspicion.name}`
  return `${seen} had an agent within seconds who is not our choice; set the assignment of new chats to manual in HelpCrunch’s settings of that department, and switch off the Assignment Rules that send chats to agents (Settings → Assignment rules)`
}
