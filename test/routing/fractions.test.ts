import { expect, test } from 'vitest'
import { chatPolicyOf } from '../../src/routing/chat-policy.ts'
import { agentId } from '../support/events.ts'
import { policyOf } from '../support/people.ts'

test('fractions of a minute and of a day become whole milliseconds, which is what is stored', () => {
  const third = 0.33333
  const policy = chatPolicyOf(
    policyOf(null, null, {
      freed: { silentMinutes: third },
      noAnswer: { minutes: third },
      labels: { urgent: { text: ['now'] } },
      priorities: { urgent: third },
      sticky: { forgetAfterDays: third },
    }),
  )
  const times = [
    policy.silentMs,
    policy.forgetAfterMs,
    policy.priorityMsOf(['urgent']),
    policy.answerDueAt(agentId(1), 1_800_000_000_000),
  ]
  expect(times.map(Number.isInteger)).toEqual([true, true, true, true])
})
