import { enableCompileCache } from 'node:module'

// Before anything else is loaded: until then a signal would end the process without its exit code or, as PID 1 of a
// container, not at all (docs.docker.com, "docker run --init"). Nothing is open yet that had to be closed.
const endAtOnce = (): void => process.exit(0)
process.once('SIGTERM', endAtOnce).once('SIGINT', endAtOnce)
// It asks for the routing file to be read, which is about to happen.
process.on('SIGHUP', () => undefined)

// Types are stripped and code is compiled once, not with every start. What is imported before this line is not cached,
// so the service is imported after it. (The start script names the same directory to Node itself, for this very file.)
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/compile`)

const { runService } = await import('./app/run.ts')
// Fills the cache, after an installation.
if (process.argv.includes('--warm-up')) process.exit(0)
// A signal that came while all of it was loaded is delivered in this turn of the event loop.
await new Promise<void>((resolve) => void setImmediate(resolve))
await runService(process, () => {
  process.off('SIGTERM', endAtOnce).off('SIGINT', endAtOnce)
})
