import { ONLY_ACCOUNT } from '../config/accounts/read-accounts.ts'
import { createSettableClock, systemClock } from '../clock.ts'
import { readDatabaseUrl, type Environment } from '../config/config.ts'
import { StoreUnavailable, type AccountStore } from '../store/contract.ts'
import { openStores } from '../store/stores.ts'

/** The option of all commands that work on one account. */
export const ACCOUNT_OPTION = { account: { type: 'string', default: ONLY_ACCOUNT } } as const

/**
 * Opens an account's store beside the running service.
 * @throws StoreUnavailable with a sentence, for example with the known accounts
 */
export async function openAccount(
  environment: Environment,
  account: string,
): Promise<AsyncDisposable & { readonly store: AccountStore }> {
  const clock = createSettableClock(systemClock)
  const stores = await openStores(await readDatabaseUrl(environment), clock, 'beside a service')
  try {
    // The database's clock, as the service uses it, not this machine's.
    clock.set(await stores.now())
    const store = await stores.find(account)
    if (store !== null) return { store, [Symbol.asyncDispose]: () => stores.close() }
    const names = await stores.accounts()
    throw new StoreUnavailable(
      `there is no account "${account}"; name one with --account: ${names.join(', ') || 'none'}`,
    )
  } catch (error) {
    await stores.close()
    throw error
  }
}
