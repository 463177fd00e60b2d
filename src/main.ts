import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

// Types are stripped and code is compiled once, not with every start. What is imported before this line is not cached,
// so the service is imported after it. (The start script names the same directory to Node itself, for this very file.)
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compile', import.meta.url)))

const { runService } = await import('./app/run.ts')
// Fills the cache, after an installation.
if (process.argv.includes('--warm-up')) process.exit(0)
await runService(process)
