import type { AgentId, AssignmentId, ChatId } from '../domain.ts'
import type { ActResult, OperatorAct, OperatorActs } from '../http/api/contract.ts'
import { startOfDay } from '../http/api/local-time.ts'
import type { AccountStore } from '../store/contract.ts'
import type { AskedAct } from '../store/inbox/leave.ts'

/** The parts of the store for acts, which reach the deciding instance through the account's inbox. */
type ActStore = Pick<AccountStore, 'pauseAgent' | 'ask' | 'previewHandOver' | 'replay' | 'reports' | 'actLog'>

/** The last moment that a date can hold: a pause without an end. */
const FOREVER = 8.64e15
const PAGE_SIZE = 500
/** Added to a day's start, this reaches the next day even if the clock is set back, but not the day after. */
const LONGEST_DAY_MS = 30 * 3_600_000

/**
 * Carries out operators' acts and logs them. An act is logged first: if the process ends in between, the same request
 * does the act again, which is harmless for every act.
 */
export function createOperatorActs(store: ActStore, zone: () => string | null): OperatorActs {
  async function perform(act: OperatorAct): Promise<ActResult> {
    switch (act.kind) {
      case 'pause': {
        const until = act.until ?? FOREVER
        if (until <= act.at) return refused('the end of the pause is over already')
        const isKnown = (await store.pauseAgent(act.agentId as AgentId, until)) === 'done'
        const end = act.until === null ? 'until they are resumed' : `until ${new Date(until).toISOString()}`
        return isKnown ? done(`paused ${end}`) : refused(`there is no agent ${act.agentId}`)
      }
      case 'resume': {
        const isKnown = (await store.pauseAgent(act.agentId as AgentId, null)) === 'done'
        return isKnown ? done('resumed') : refused(`there is no agent ${act.agentId}`)
      }
      case 'replay':
        return replay(act.ids)
      case 'replay all':
        return replay(await failedSince(act.since))
      case 'hand over':
        return ask(
          { act: 'hand over', agentId: act.agentId as AgentId, chatIds: act.chatIds as readonly ChatId[] | null },
          'their open chats go to others',
        )
      case 'most today':
        return ask(
          allowanceOf(act.agentId as AgentId, act.most, act.at),
          act.most === null ? 'no limit for today any more' : `no more than ${act.most} of today’s chats`,
        )
      case 'assign':
        return ask(
          { act: 'assign', chatId: act.chatId as ChatId, agentId: act.agentId as AgentId },
          `the chat goes to agent ${act.agentId}`,
        )
      case 'look again':
        return ask({ act: 'look again', chatId: act.chatId as ChatId }, 'the chat is decided again')
    }
  }

  async function ask(act: AskedAct, message: string): Promise<ActResult> {
    const answer = await store.ask(act)
    return answer === 'done' ? done(message) : refused(answer)
  }

  /** The allowance for the current day in the team's time zone. */
  function allowanceOf(agentId: AgentId, most: number | null, at: number): AskedAct {
    const since = startOfDay(at, zone() ?? 'UTC')
    return { act: 'allow', agentId, most, since, until: startOfDay(since + LONGEST_DAY_MS, zone() ?? 'UTC') }
  }

  async function replay(ids: readonly number[]): Promise<ActResult> {
    const counts = new Map<string, number>()
    for (const id of ids) {
      const outcome = await store.replay(id as AssignmentId)
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    }
    if (counts.size === 0) return done('nothing had failed since then')
    return done([...counts].map(([outcome, count]) => `${count} × ${outcome}`).join(', '))
  }

  async function failedSince(since: number): Promise<number[]> {
    const ids: number[] = []
    let after: string | undefined
    do {
      const page = await store.reports.failures({ since, limit: PAGE_SIZE, after })
      ids.push(...page.items.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after !== undefined)
    return ids
  }

  return {
    previewHandOver: (agentId) => store.previewHandOver(agentId as AgentId),
    async perform(act) {
      const { idempotencyKey, who, at, reason, ...data } = act
      const subject = { agentId: 'agentId' in act ? act.agentId : null, chatId: 'chatId' in act ? act.chatId : null }
      const entry = { ...subject, at, actor: who, kind: act.kind, reason, idempotencyKey, data }
      const noted = await store.actLog.begin(entry)
      if (JSON.stringify(noted.data) !== JSON.stringify(data))
        return refused('another act was done with this Idempotency-Key; take a new one')
      if (noted.result !== null) return noted.result as ActResult
      const result = await perform(act)
      await store.actLog.finish(idempotencyKey, result)
      return result
    },
  }
}

function done(message: string): ActResult {
  return { status: 'done', message }
}

function refused(message: string): ActResult {
  return { status: 'refused', message }
}
