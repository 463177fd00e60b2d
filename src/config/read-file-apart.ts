import { Worker } from 'node:worker_threads'
import type { readRoutingFile } from '../routing/read-file.ts'

type ReadFile = ReturnType<typeof readRoutingFile>

/** Smaller files are read in this thread: that takes a few milliseconds, and starting a thread takes forty. */
const SMALL = 50_000
const DEADLINE_MS = 10_000
const MAX_HEAP_MB = 256

/**
 * Reads a routing file without blocking the service: a large one in a thread, with a deadline and bounded memory.
 * @returns the content, or the mistakes, a line each
 */
export async function readRoutingFileApart(text: string): Promise<ReadFile> {
  // Reading YAML takes about ten megabytes, so it is loaded only for an account with a routing file.
  if (text.length <= SMALL) return (await import('../routing/read-file.ts')).readRoutingFile(text)
  const { promise, resolve } = Promise.withResolvers<ReadFile>()
  const thread = new Worker(new URL('parse-thread.ts', import.meta.url), {
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  const timer = setTimeout(() => resolve([`takes longer than ${DEADLINE_MS / 1000} s to read`]), DEADLINE_MS)
  thread.once('message', (read: ReadFile) => resolve(read))
  thread.once('error', (error) => resolve([`cannot be read: ${(error as Error).message}`]))
  const read = await promise
  clearTimeout(timer)
  await thread.terminate()
  return read
}
