import { ADMIN_TOKEN } from './service.ts'

/** What the first screen reads after each change. */
const SCREEN = ['now', 'waiting?limit=15', 'agents?limit=100']
const HEADERS = { authorization: `Bearer ${ADMIN_TOKEN}` }

export interface OpenPages extends AsyncDisposable {
  /** How many answers the pages have read. */
  reads(): number
}

/** Opens pages that do what the web page does: follow the events, and read the screen again after each change. */
export async function openPages(serviceUrl: string, count: number): Promise<OpenPages> {
  const base = `${serviceUrl}/api/v1/accounts/default`
  const abort = new AbortController()
  const { signal } = abort
  let reads = 0

  async function read(path: string): Promise<void> {
    const response = await fetch(`${base}/${path}`, { headers: HEADERS, signal })
    if (!response.ok) throw new Error(`GET ${path} was answered with ${response.status}`)
    await response.text()
    reads += 1
  }

  /** Reads again after each call; calls during a request cause one more. */
  function createReader(path: string): () => void {
    let isAsking = false
    let isOld = false
    async function ask(): Promise<void> {
      isAsking = true
      while (isOld) {
        isOld = false
        await read(path)
      }
      isAsking = false
    }
    return () => {
      isOld = true
      if (!isAsking) ask().catch(endUnlessClosed)
    }
  }

  function endUnlessClosed(error: unknown): void {
    if (!signal.aborted) throw error
  }

  async function follow(onOpen: () => void): Promise<void> {
    const readers = SCREEN.map(createReader)
    const response = await fetch(`${base}/events`, {
      headers: { ...HEADERS, accept: 'text/event-stream' },
      signal,
    })
    if (response.body === null || !response.ok) throw new Error(`the events were answered with ${response.status}`)
    for (const reader of readers) reader()
    onOpen()
    for await (const text of response.body.pipeThrough(new TextDecoderStream()))
      if (text.includes('event: change')) for (const reader of readers) reader()
  }

  const ended: Promise<unknown>[] = []
  const opened = Array.from({ length: count }, () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    ended.push(follow(resolve).catch((error: unknown) => (signal.aborted ? undefined : reject(error))))
    return promise
  })
  await Promise.all(opened)
  return {
    reads: () => reads,
    async [Symbol.asyncDispose]() {
      abort.abort()
      await Promise.all(ended)
    },
  }
}
