import { open } from 'node:fs/promises'

/**
 * Reads a file's bytes, at most one more than allowed, so that a huge file, or an endless one such as /dev/zero, costs
 * no more. The length shows whether the file is too large.
 * @throws Error of the file system
 */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const chunks: Buffer[] = []
    let left = maxBytes + 1
    while (left > 0) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(left, CHUNK_BYTES)))
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      left -= bytesRead
    }
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}

const CHUNK_BYTES = 64 * 1024
