import { open } from 'node:fs/promises'
import { ConfigError } from './config.ts'

/** The largest file: ten times that of a thousand agents. Parsing many megabytes would block everything for seconds. */
const MAX_BYTES = 1_000_000

export interface RoutingText {
  readonly text: string
  /** No path leads to this file any more: it was replaced, and a mount still shows the old one. */
  readonly isReplaced: boolean
}

/**
 * Reads the routing file.
 * @throws ConfigError if it cannot be read, is larger than 1 MB, or is not UTF-8
 */
export async function readRoutingText(path: string): Promise<RoutingText> {
  const { bytes, isReplaced } = await readBytes(path).catch((error: unknown) => {
    throw new ConfigError(`routing file ${path}: cannot be read: ${(error as Error).message}`, { cause: error })
  })
  if (bytes.length > MAX_BYTES) throw new ConfigError(`routing file ${path}: is larger than 1 MB`)
  const text = decode(bytes)
  if (text === null)
    throw new ConfigError(
      `routing file ${path}: line ${firstWrongLine(bytes)} is not UTF-8; save the file in the encoding UTF-8`,
    )
  return { text, isReplaced }
}

/** Reads at most one byte above the limit, however large the file is or becomes meanwhile. */
async function readBytes(path: string): Promise<{ bytes: Buffer; isReplaced: boolean }> {
  await using file = await open(path)
  const { nlink, size } = await file.stat()
  const buffer = Buffer.allocUnsafe(Math.min(size, MAX_BYTES) + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    length += bytesRead
    if (bytesRead === 0 || length === buffer.length)
      return { bytes: buffer.subarray(0, length), isReplaced: nlink === 0 }
  }
}

/** Decodes UTF-8 without a byte order mark; `null` for other bytes. */
function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function firstWrongLine(bytes: Buffer): number {
  let line = 1
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline < 0 ? bytes.length : newline
    if (decode(bytes.subarray(start, end)) === null) return line
    start = end + 1
  }
  return line
}
