import { setGlobalProxyFromEnv } from 'node:http'
import { ConfigError, type Environment } from './config-error.ts'

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const

/**
 * Sends all requests of this process through the proxy of HTTPS_PROXY and HTTP_PROXY, but for the hosts of NO_PROXY. Node
 * does so by itself only with NODE_USE_ENV_PROXY=1 (nodejs.org/api/http.html, http.setGlobalProxyFromEnv).
 * @throws ConfigError for an address that is none; never with the address, which may hold a password
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
