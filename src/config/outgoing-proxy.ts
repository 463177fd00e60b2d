import { setGlobalProxyFromEnv } from 'node:http'
import { ConfigError, type Environment } from './config-error.ts'

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/**
 * Sends all requests of this process through the proxy of HTTPS_PROXY and HTTP_PROXY, except to the hosts of NO_PROXY.
 * Node itself does so only with NODE_USE_ENV_PROXY=1 (nodejs.org/api/http.html, http.setGlobalProxyFromEnv).
 * @throws ConfigError for a wrong address, without the address, which may contain a password
 */
export function useOutgoingProxy(environment: Environment): void {
  const set = NAMES.filter((name) => (environment[name] ?? '') !== '')
  const wrong = set.find(
    (name) => !/^https?:\/\/[^\s]+$/.test(environment[name] ?? '') || !URL.canParse(environment[name] ?? ''),
  )
  if (wrong !== undefined)
    throw new ConfigError(
      `${wrong} is not usable; it should be the address of your proxy, such as http://proxy.example:3128`,
    )
  if (set.length > 0) setGlobalProxyFromEnv({ ...environment })
}
