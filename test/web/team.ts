import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export const TEAM = ['Ann', 'Ben', 'Chloe'].map((name, index) => ({
  id: index + 1,
  name,
  email: `${name.toLowerCase()}@example.com`,
  role: 'agent',
}))

/** A routing file, removed with the test. @returns its path */
export async function writeRoutingFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-web-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'routing.yaml')
  await writeFile(path, text)
  return path
}
