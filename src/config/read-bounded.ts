import { open } from 'node:fs/promises'

/**
 * A file's bytes, never more than one beyond what is allowed: so that a huge one, or one without end such as /dev/zero, costs
 * no more than that. Whether it is too large, its length tells.
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
