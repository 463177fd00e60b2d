import type { Account } from '../account.ts'
import type { Observer } from './observer.ts'
import type { Person } from './people.ts'
import { jainIndex, spreadOf, type Spread } from './statistics.ts'

interface AgentSummary {
  readonly name: string
  readonly weight: number
  readonly hoursOnShift: number
  readonly chats: number
  /** Of all assignments. */
  readonly share: number
  /** While on shift. */
  readonly averageLoad: number
  readonly mostLoad: number
  /** How long the customers waited whom they answered first. */
  readonly answer: Spread
}

/** What became of one week under one policy. */
export interface Summary {
  readonly policy: string
  readonly rules: string
  readonly chats: number
  /** Chats that somebody had. */
  readonly assigned: number
  /** Given to another agent, since the one before did not answer. */
  readonly handedOn: number
  /** Chats without an agent at the end. */
  readonly unassigned: number
  readonly wait: Spread
  readonly answer: Spread
  readonly agents: readonly AgentSummary[]
  /** Jain's index of the agents' chats in proportion to their weight and hours on shift: 1 is as fair as can be. */
  readonly fairness: number
  readonly requests: { readonly used: number; readonly refused: number }
  /** Chats that were sent to an agent who was full. */
  readonly exceeded: number
  /** Chats that reached an agent, or could have, a moment before another one left: it was being handed on. */
  readonly early: number
  /** Chats that nobody had although somebody could have had them. */
  readonly neglected: readonly number[]
  /** What the service logged as an error. */
  readonly errors: number
}

/** Puts together what was seen. */
export function summarize(
  people: readonly Person[],
  account: Account,
  observer: Observer,
  rest: Pick<Summary, 'policy' | 'rules' | 'unassigned' | 'requests' | 'exceeded' | 'early' | 'neglected' | 'errors'>,
): Summary {
  const given = people.reduce((sum, { id }) => sum + observer.ofAgent(id).given, 0)
  const agents = people.map(({ id, name, weight }) => {
    const { given: chats, minutesOnShift, loadMinutes, answersMs } = observer.ofAgent(id)
    return {
      name,
      weight,
      hoursOnShift: minutesOnShift / 60,
      chats,
      share: chats / Math.max(1, given),
      averageLoad: loadMinutes / Math.max(1, minutesOnShift),
      mostLoad: account.mostAtOnce.get(id) ?? 0,
      answer: spreadOf(answersMs),
    }
  })
  // Whoever was not on shift in these days has no share that could be fair.
  const atWork = agents.filter(({ hoursOnShift }) => hoursOnShift > 0)
  return {
    ...rest,
    chats: account.chats.size,
    assigned: observer.waitsMs.size,
    handedOn: given - observer.waitsMs.size,
    wait: spreadOf([...observer.waitsMs.values()]),
    answer: spreadOf([...observer.answersMs.values()]),
    agents,
    fairness: jainIndex(atWork.map(({ chats, weight, hoursOnShift }) => chats / (weight * hoursOnShift))),
  }
}

/** What must not be. Each is a sentence. */
export function faultsOf({ exceeded, early, neglected, requests, errors }: Summary): string[] {
  return [
    ...(neglected.length > 0 ? [`chats ${neglected.join(', ')} had nobody although somebody was eligible`] : []),
    ...(exceeded > 0 ? [`${exceeded} chats were sent to an agent who was full`] : []),
    ...(early > 0 ? [`${early} chats reached an agent a moment before another one left`] : []),
    ...(requests.refused > 0 ? [`${requests.refused} requests were refused for the limit`] : []),
    ...(errors > 0 ? [`the service logged ${errors} errors`] : []),
  ]
}
