/** All that HelpCrunch keeps of a customer, as far as a rule can use it, and some of what it must never see. */
export interface StandInCustomer {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly phone: string
  readonly userId: string | null
  readonly locale: string | null
  readonly createdFrom: string
  readonly company: string | null
  readonly tags: readonly string[]
  readonly customData: Readonly<Record<string, string | number | boolean>>
  readonly countryCode: string | null
  readonly lastPage: string | null
  readonly blocked: boolean
  readonly createdAt: number
}

/** What a test or the demo says of a customer; all else is made up. */
export type CustomerTraits = Partial<StandInCustomer>

export function createCustomer(id: number, createdAt: number, traits: CustomerTraits): StandInCustomer {
  return {
    id,
    name: `Customer ${id / 10}`,
    email: `customer-${id / 10}@example.com`,
    phone: '+380441234567',
    userId: null,
    locale: null,
    createdFrom: 'widget',
    company: null,
    tags: [],
    customData: {},
    countryCode: null,
    lastPage: null,
    blocked: false,
    createdAt,
    ...traits,
  }
}

/** The customer as chat and message events show them: these four fields and nothing else. */
export function describeBriefly({ id, name, email, userId }: StandInCustomer) {
  return { id, name, email, userId }
}

/** `GET /customers/{id}`; older pages of the documentation show `customData` as a list. */
export function describeCustomer(customer: StandInCustomer, isCustomDataList = false) {
  const { tags, customData, countryCode, createdAt, ...rest } = customer
  return {
    ...rest,
    createdAt: String(Math.floor(createdAt / 1000)),
    tags: tags.map((name) => ({ name, color: '#ff0000' })),
    customData: isCustomDataList
      ? Object.entries(customData).map(([property, value]) => ({ property, value }))
      : customData,
    location: { countryCode, regionCode: null, city: null },
  }
}

/** The data of a customer event: no tags. */
export function describeForEvent({ id, name, email, userId, customData }: StandInCustomer) {
  return { id, name, email, userId, unsubscribed: false, customData }
}
