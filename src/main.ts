import { enableCompileCache } from 'node:module'

// Set before anything else is loaded: until then a signal would end the process without its exit code or, as PID 1 of a
// container, not at all (docs.docker.com, "docker run --init"). Nothing is open yet that needs closing.
const endAtOnce = (): void => process.exit(0)
process.once('SIGTERM', endAtOnce).once('SIGINT', endAtOnce)
// SIGHUP asks to read the routing file, which is about to happen.
process.on('SIGHUP', () => undefined)

// Strips types and compiles code once, not at every start. Imports before this line are not cached, so the service is
// imported after it. (The start script names the same directory to Node itself, for this file.)
enableCompileCache(`${import.meta.dirname}/../node_modules/.cache/compile`)

const { runService } = await import('./app/run.ts')
// After an installation this only fills the cache.
if (process.argv.includes('--warm-up')) process.exit(0)
// A signal that came during the loading is delivered in this turn of the event loop.
await new Promise<void>((resolve) => void setImmediate(resolve))
await runService(process, () => {
  process.off('SIGTERM', endAtOnce).off('SIGINT', endAtOnce)
})
