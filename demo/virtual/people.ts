import type { StandInAgent, StandInDepartment } from '../account.ts'

type ShiftName = 'early' | 'day' | 'late' | 'night' | 'weekend'

/** One of the team, with all that a routing file may say of them. */
export interface Person extends StandInAgent {
  readonly shift: ShiftName
  /** Their share of new chats, against the others'. */
  readonly weight: number
  /** How many chats they may have at once, where a routing file says so. */
  readonly capacity: number
  readonly skills: readonly string[]
}

export const SALES = 10
export const SUPPORT = 20
export const BILLING = 30

/** A support team of sixteen: old hands with a weight of 2, newcomers with a half, two people for the nights. */
export const PEOPLE: readonly Person[] = [
  person(1, 'Ann', 'early', 2, 7, ['french']),
  person(2, 'Ben', 'late', 1, 5),
  person(3, 'Chloe', 'day', 1, 5, ['french']),
  person(4, 'Dmytro', 'weekend', 0.5, 3),
  person(5, 'Eve', 'weekend', 1, 5),
  person(6, 'Farid', 'early', 1, 5, ['french']),
  person(7, 'Gita', 'weekend', 1, 5),
  person(8, 'Hugo', 'day', 2, 7),
  person(9, 'Ines', 'day', 0.5, 3),
  person(10, 'Jan', 'late', 1, 5, ['french']),
  person(11, 'Kira', 'late', 1, 5),
  person(12, 'Luka', 'night', 1, 5),
  person(13, 'Mia', 'night', 1, 5, ['french']),
  person(14, 'Noah', 'weekend', 1, 5, ['french']),
  person(15, 'Olga', 'day', 1, 5),
  person(16, 'Pavel', 'late', 1, 5),
]

export const DEPARTMENTS: readonly StandInDepartment[] = [
  { id: SALES, name: 'Sales', agentIds: [1, 2, 3, 4, 5] },
  { id: SUPPORT, name: 'Support', agentIds: [6, 7, 8, 9, 10, 11, 12, 13, 14] },
  { id: BILLING, name: 'Billing', agentIds: [5, 15, 16] },
]

function person(
  id: number,
  name: string,
  shift: ShiftName,
  weight: number,
  capacity: number,
  skills: readonly string[] = [],
): Person {
  return { id, name, email: `${name.toLowerCase()}@example.com`, role: 'agent', shift, weight, capacity, skills }
}
