import { get } from 'node:http'

/**
 * The container's health check: exit code 0 if the service on this machine answers `GET /healthz` with 200. It imports
 * nothing of the service, because it runs every ten seconds. Docker kills it after its own time-out; Compose and others
 * may not.
 */
const TIMEOUT_MS = 2500
/**
 * The loopback address for a service that listens on all addresses: not every system can connect to the "all" address.
 */
const ASKED_AT: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const host = process.env.HOST?.trim() || '0.0.0.0'
const port = process.env.PORT?.trim() || '3000'
const options = { host: ASKED_AT[host] ?? host, port, path: '/healthz', timeout: TIMEOUT_MS }

get(options, ({ statusCode }) => end(statusCode === 200 ? null : `HTTP ${statusCode}`))
  .on('timeout', () => end('no answer in time'))
  .on('error', ({ message }) => end(message))

function end(problem: string | null): never {
  if (problem !== null) process.stderr.write(`not healthy: ${problem}\n`)
  process.exit(problem === null ? 0 : 1)
}
