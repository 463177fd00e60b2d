import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAccount, type Account, type Envelope } from '../../demo/account.ts'
import { createLimiter } from '../../demo/limiter.ts'
import { openStandIn, type StandIn } from '../../demo/stand-in.ts'
import type { CustomerId } from '../../src/domain.ts'
import { createClient } from '../../src/helpcrunch/client.ts'
import type { HelpCrunch } from '../../src/helpcrunch/contract.ts'
import { readWebhook } from '../../src/helpcrunch/webhook.ts'
import { agentId, chatId } from '../support/events.ts'

const ANN = { id: 1, name: 'Ann', email: 'ann@example.com', role: 'agent' }
const HELP_BOT = { id: 2, name: 'HelpBot', email: 'bot@example.com', role: 'admin' }
const VIP = { locale: 'fr', createdFrom: 'telegram', tags: ['vip'], customData: { plan: 'gold', mrr: 1200 } }

let account: Account
let sent: Envelope[]
let standIn: StandIn
let client: HelpCrunch

beforeEach(() => open('en'))

async function open(edition: 'en' | 'uk'): Promise<void> {
  sent = []
  account = createAccount({
    agents: [ANN, HELP_BOT],
    departments: [{ id: 10, name: 'Sales', agentIds: [1] }],
    clock: systemClock,
    emit: (envelope) => void sent.push(envelope),
  })
  const limiter = createLimiter('sliding', 1_000_000, systemClock)
  const opened = await openStandIn({ account, apiKey: 'the-key', limiter, edition })
  onTestFinished(() => opened.close())
  standIn = opened
  client = createClient({ apiUrl: standIn.url, apiKey: 'the-key', timeoutMs: 1000, clock: systemClock })
}

const readSent = () => sent.map(({ chatId: _chatId, ...envelope }) => readWebhook(envelope, Date.now()))
const lastSent = () => readSent().at(-1)
const call = (method: string, path: string, body?: object) =>
  fetch(standIn.url + path, {
    method,
    headers: { authorization: 'Bearer the-key', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

describe('a customer', () => {
  test('has four fields in the events of chats and messages, and all fields in the API', async () => {
    const chat = account.openChat(10, VIP)
    account.customerWrites(chat)
    for (const { eventData } of sent)
      expect(Object.keys((eventData as { customer: object }).customer)).toEqual(['id', 'name', 'email', 'userId'])
    expect(await client.getCustomer(chat.customerId as CustomerId)).toMatchObject({
      kind: 'ok',
      body: { locale: 'fr', messenger: 'telegram', tags: ['vip'], attributes: { plan: 'gold', mrr: 1200 } },
    })
    expect(await client.getCustomer(77 as CustomerId)).toMatchObject({ kind: 'gone' })
  })

  test('has a list as custom data in the other edition, which is read in the same way', async () => {
    await open('uk')
    const { customerId } = account.openChat(10, VIP)
    expect(await (await call('GET', `/customers/${customerId}`)).json()).toMatchObject({
      customData: [
        { property: 'plan', value: 'gold' },
        { property: 'mrr', value: 1200 },
      ],
    })
    expect(await client.getCustomer(customerId as CustomerId)).toMatchObject({ body: { attributes: { plan: 'gold' } } })
  })

  test('has events for changes and deletion, with custom data and without tags', async () => {
    const { customerId } = account.openChat(10)
    account.changeCustomer(customerId, { tags: ['vip'] })
    expect(sent.at(-1)).toMatchObject({ event: 'customer.tags_changed', eventData: { id: customerId, customData: {} } })
    expect(sent.at(-1)?.eventData).not.toHaveProperty('tags')
    expect(lastSent()).toMatchObject({ customerEvent: { kind: 'customer changed', customerId } })
    expect(await client.getCustomer(customerId as CustomerId)).toMatchObject({ body: { tags: ['vip'] } })
    account.deleteCustomer(customerId)
    expect(lastSent()).toMatchObject({ customerEvent: { kind: 'customer deleted', customerId } })
    expect(await client.getCustomer(customerId as CustomerId)).toMatchObject({ kind: 'gone' })
  })

  test('can have several chats', () => {
    const first = account.openChat(10, VIP)
    const second = account.openChat(10, { id: first.customerId })
    expect(second.customerId).toBe(first.customerId)
    expect(account.customers.get(first.customerId)).toMatchObject(VIP)
  })
})

test('automatic messages are not an agent’s answer, and assign no chat', () => {
  const chat = account.openChat(10)
  account.machineWrites(chat, 1, 'trigger')
  expect(lastSent()).toMatchObject({ event: { kind: 'agent message', agentId: 1, isAutomatic: true } })
  account.machineWrites(chat, null, null)
  expect(lastSent()).toMatchObject({ event: { kind: 'agent message', agentId: null, isAutomatic: true } })
  expect(chat.assigneeId).toBeNull()
  account.agentWrites(chat, 2)
  expect(lastSent()).toMatchObject({ event: { agent: { id: 2, name: 'HelpBot' }, isAutomatic: false } })
})

test('a chat that an agent began has that origin, and no message of its customer', async () => {
  const chat = account.openChat(
    null,
    {},
    {
      createdWith: 'agent_message',
      status: 'no communication',
      communicatedAgentIds: [1],
      lastCustomerMessageAt: null,
    },
  )
  const told = {
    createdWith: 'agent_message',
    status: 'no communication',
    lastCustomerMessageAt: null,
    assigneeId: null,
  }
  expect(lastSent()).toMatchObject({
    event: { type: 'chat.new', snapshot: { ...told, communicatedAgents: [{ id: 1 }] } },
  })
  expect(await client.searchChats(0, 0, 100)).toMatchObject({
    body: {
      entries: [{ id: chat.id, lastCustomerMessageAt: null, snapshot: { ...told, communicatedAgents: [{ id: 1 }] } }],
    },
  })
})

test('only the message event shows that a chat is by e-mail', () => {
  const chat = account.openChat(10)
  account.customerWrites(chat, 'email')
  expect(readSent()).toMatchObject([
    { event: { facts: { channel: null } } },
    { event: { facts: { channel: 'email' } } },
  ])
})

test('a transfer is one chat.assigned with another department and no assignee', async () => {
  const chat = account.openChat(null)
  account.assign(chat, 1)
  const answer = await call('PUT', '/chats/department', { id: chat.id, department: 10 })
  expect(await answer.json()).toMatchObject({ id: chat.id, department: { id: 10, name: 'Sales' }, assignee: null })
  expect(lastSent()).toMatchObject({
    event: { type: 'chat.assigned', snapshot: { departmentId: 10, assigneeId: null } },
  })
  expect((await call('PUT', '/chats/department', { id: chat.id, department: 99 })).status).toBe(400)
  expect((await call('PUT', '/chats/department', { id: 99, department: 10 })).status).toBe(404)
  expect(standIn.puts()).toEqual([])
})

test('messages come newest first, with their author and kind', async () => {
  const chat = account.openChat(10)
  account.customerWrites(chat, 'chat', 'Help!')
  account.agentWrites(chat, 1)
  account.machineWrites(chat, 1, 'manual chat')
  const read = async () => (await call('GET', `/chats/${chat.id}/messages?offset=1&limit=1`)).json()
  const message = { from: 'agent', type: 'message', broadcastType: null, agent: { id: 1, name: 'Ann' } }
  expect(await read()).toMatchObject({ data: [message], total: 3 })
  const all = (await (await call('GET', `/chats/${chat.id}/messages`)).json()) as { data: object[] }
  expect(all.data).toMatchObject([
    { type: 'message', broadcastType: 'manual chat' },
    message,
    { from: 'customer', text: 'Help!', agent: null },
  ])
})

test('a private note needs its agent', async () => {
  expect((await call('POST', '/messages', { chat: 1001, text: 'so', type: 'private' })).status).toBe(400)
  expect(await client.addNote(chatId(1001), 'so', agentId(1))).toMatchObject({ kind: 'ok' })
  expect(standIn.notes).toEqual([{ chatId: 1001, text: 'so', type: 'private', agentId: 1 }])
})

test('the organization says whether the team is online', async () => {
  expect(await client.getOrganization()).toMatchObject({ body: { domain: 'demo', teamOnline: true } })
  account.organization.teamOnline = false
  expect(await client.getOrganization()).toMatchObject({ body: { teamOnline: false } })
})

test('bots are listed among the agents', async () => {
  expect(await client.listAgents(0, 100)).toMatchObject({
    body: { entries: [ANN, HELP_BOT].map(({ id, name, role }) => ({ id, name, role })) },
  })
})
