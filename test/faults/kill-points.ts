/**
 * Loaded into the service's process before its own code (`--import`): ends it with SIGKILL at the n-th time that it
 * passes a named point, `KILL_AT=after commit:3`. The service itself knows nothing of it.
 */
import http from 'node:http'
import { StatementSync } from 'node:sqlite'

const [target = '', count = '1'] = (process.env.KILL_AT ?? '').split(':')
let left = Number(count)

function pass(point: string): void {
  if (point !== target) return
  left -= 1
  if (left === 0) process.kill(process.pid, 'SIGKILL')
}

type AnyFunction = (this: never, ...args: never[]) => unknown

/** Calls `before` and `after` around a method, with its `this` and its first argument. */
function around<Self extends object>(
  prototype: Self,
  name: keyof Self,
  before: (self: Self, argument: unknown) => void,
  after: (self: Self, argument: unknown) => void,
): void {
  const original = prototype[name] as AnyFunction
  const wrapped = function wrapped(this: Self, ...args: unknown[]): unknown {
    before(this, args[0])
    const result = original.apply(this as never, args as never[])
    after(this, args[0])
    return result
  }
  Object.assign(prototype, { [name]: wrapped })
}

const nothing = (): void => undefined
around(
  StatementSync.prototype,
  'run',
  ({ sourceSQL }) => pass(sourceSQL === 'commit' ? 'before commit' : ''),
  ({ sourceSQL }) =>
    pass(sourceSQL === 'commit' ? 'after commit' : sourceSQL === 'begin' ? 'after begin' : 'after write'),
)
around(http.Server.prototype, 'emit', (_server, event) => pass(event === 'request' ? 'request received' : ''), nothing)
around(
  http.ServerResponse.prototype,
  'end',
  ({ req }) => pass(req.method === 'POST' ? 'before answer' : ''),
  ({ req }) => pass(req.method === 'POST' ? 'after answer' : ''),
)
around(
  http.ClientRequest.prototype,
  'end',
  ({ method }) => pass(method === 'PUT' ? 'before PUT' : ''),
  ({ method }) => pass(method === 'PUT' ? 'PUT written' : ''),
)
around(
  http.ClientRequest.prototype,
  'emit',
  ({ method }, event) => {
    if (method === 'PUT' && event === 'finish') pass('PUT on the wire')
    if (method === 'PUT' && event === 'response') pass('PUT answered')
  },
  nothing,
)
