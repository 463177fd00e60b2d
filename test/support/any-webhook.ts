import * as fc from 'fast-check'

/** What databases and parsers have stumbled over. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '\0', 'a\0b', '\ud800', '\\u0000', '"', "'", '__proto__', '12', '1607542030.713'),
  fc.constant('x'.repeat(5000)),
)
const value = fc.oneof(
  text,
  fc.constantFrom(null, 0, -1, 1e-7, 2 ** 53 - 1, 2 ** 53, 8.64e12, 1e308, [], {}),
  fc.integer({ min: 1, max: 1e6 }),
  fc.jsonValue({ maxDepth: 2 }),
)
const reference = fc.oneof(value, fc.record({ id: value }))
const time = fc.oneof(value, fc.integer({ min: 1_799_999_000, max: 1_800_001_000 }))

const facts = {
  agent: reference,
  message: fc.oneof(
    value,
    fc.record({ text, applicationId: value, broadcastType: value, type: value }, { requiredKeys: [] }),
  ),
  customer: fc.oneof(
    value,
    fc.record(
      {
        id: value,
        language: value,
        locale: value,
        tags: fc.array(fc.oneof(text, fc.record({ name: value })), { maxLength: 3 }),
        attributes: fc.dictionary(text, value, { maxKeys: 3 }),
        customData: fc.oneof(value, fc.array(fc.record({ property: value, value }), { maxLength: 3 })),
      },
      { requiredKeys: [] },
    ),
  ),
  createdWith: fc.oneof(value, fc.constantFrom('agent_message', 'broadcast_reply')),
  communicatedAgents: fc.oneof(value, fc.array(reference, { maxLength: 3 })),
  agents: fc.oneof(value, fc.array(reference, { maxLength: 3 })),
  readByAgent: value,
  lastCustomerMessageAt: time,
  applicationId: value,
}
const state = { status: value, assignee: reference, department: reference, snoozedUntil: time }
const types = fc.constantFrom(
  'chat.new',
  'chat.assigned',
  'chat.status_updated',
  'chat.snoozed',
  'chat.unsnoozed',
  'chat.closed',
  'message.chat.customer',
  'message.email.customer',
  'message.chat.agent',
  'customer.tags_changed',
  'customer.deleted',
)
const eventData = fc.record(
  { chat_id: fc.integer({ min: 1, max: 20 }), ...state, ...facts },
  { requiredKeys: ['chat_id'] },
)

/** As HelpCrunch sends it, but for what the fields hold. */
const likely = fc.record({ event: types, eventData, createdAt: time, id: fc.uuid(), attempts: value })
const unlikely = fc.record(
  {
    event: fc.oneof(types, value),
    eventData: fc.oneof(
      eventData.map((data) => JSON.stringify(data)),
      fc.record({ chat_id: value, id: value, ...state }, { requiredKeys: [] }),
      value,
    ),
    createdAt: value,
    id: value,
    attempts: value,
  },
  { requiredKeys: [] },
)

/** A webhook's body as JSON: near to what HelpCrunch sends, and then not. */
export const anyEnvelope = fc.oneof(likely, unlikely)
