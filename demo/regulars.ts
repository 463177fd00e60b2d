import type { CustomerTraits } from './customer.ts'

const SHARE_OF_REGULARS = 0.7
const REGULARS = 20

/**
 * The customer of the next chat: mostly one of twenty who write again and again, so that the service need not read each
 * from HelpCrunch. Every fifth of them is a VIP, every fourth reads French.
 */
export function nextCustomerTraits(random: () => number): CustomerTraits {
  if (random() >= SHARE_OF_REGULARS) return {}
  const number = 1 + Math.floor(random() * REGULARS)
  return {
    id: number * 10,
    tags: number % 5 === 0 ? ['vip'] : [],
    locale: number % 4 === 1 ? 'fr-FR' : 'en',
  }
}
