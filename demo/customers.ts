import { createCustomer, describeForEvent, type CustomerTraits, type StandInCustomer } from './customer.ts'

/** The account's customers. `send` gets the data of each webhook that follows from a change. */
export function createCustomers(now: () => number, send: (event: string, eventData: object) => void) {
  const byId = new Map<number, StandInCustomer>()

  function get(id: number): StandInCustomer {
    return byId.get(id) ?? createCustomer(id, 0, {})
  }

  /** Makes a customer, or changes the one that there is, without a webhook. */
  function save(id: number, traits: CustomerTraits): void {
    byId.set(id, { ...(byId.get(id) ?? createCustomer(id, now(), {})), ...traits, id })
  }

  return {
    byId,
    get,
    save,
    change(id: number, traits: CustomerTraits, event = 'customer.tags_changed'): void {
      save(id, traits)
      send(event, describeForEvent(get(id)))
    },
    delete(id: number): void {
      const customer = get(id)
      byId.delete(id)
      send('customer.deleted', describeForEvent(customer))
    },
  }
}
