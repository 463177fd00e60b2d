import { expect, test } from 'vitest'
import { describeSettings } from '../../src/routing/describe-settings.ts'
import { policyOf } from '../support/people.ts'

const BOTS = 'Bots get no chats: helpbot. A chat of a bot goes to an agent when the bot releases it.'

test('without a routing file there is AGENT_CAPACITY, where it is set, and HelpCrunch’s own bot', () => {
  expect(describeSettings(policyOf(null))).toEqual([BOTS])
  expect(describeSettings(policyOf(null, 5))).toEqual(['An agent has at most 5 chats at once.', BOTS])
})

test('each setting of the routing file is a sentence, and the endpoint’s address stays out', () => {
  const policy = policyOf(null, 5, {
    capacity: 3,
    channels: { email: 0.5 },
    freed: { onHold: true, silentMinutes: 240 },
    labels: { campaign: { broadcastReply: true }, newcomer: { customerSince: { from: '2026-10-01' } } },
    guard: { chats: 3, minutes: 5 },
    hereMinutes: 60,
    sticky: { waitSeconds: 30, forgetAfterDays: 90, preferBroadcastSender: true },
    external: { url: 'https://example.com/route?token=secret', timeoutMs: 800 },
    bots: { agents: [], routeAfterMinutes: 10 },
    onlyWhenTeamOnline: true,
  })
  expect(describeSettings(policy)).toEqual([
    'An agent has at most 3 chats at once.',
    'A chat by email counts as 0.5.',
    'A chat on hold takes no capacity.',
    'A chat that was silent for 240 minutes takes no capacity.',
    'A chat is labelled "campaign" by broadcastReply true.',
    'A chat is labelled "newcomer" by customerSince from 2026-10-01.',
    'An agent gets at most 3 new chats in 5 minutes.',
    'An agent is present who wrote to a customer within 60 minutes.',
    'A chat waits up to 30 seconds for the customer’s last agent, if that one is there but full.',
    'A customer’s last agent is forgotten after 90 days.',
    'A reply to an automatic or mass message goes to the agent in whose name it was sent, if they are there.',
    'The endpoint at example.com has 800 ms to rank agents.',
    expect.stringMatching(/^Bots get no chats: helpbot.* after 10 minutes at the latest\.$/),
    'Chats wait while HelpCrunch says that the team is offline.',
  ])
})
