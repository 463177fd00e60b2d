import { expect, test } from 'vitest'
import { readRoutingFileApart } from '../../src/config/read-file-apart.ts'
import { readRoutingFile } from '../../src/routing/read-file.ts'

const ofAgents = (count: number, settings: string) =>
  `agents:\n${Array.from({ length: count }, (_, index) => `  ${index + 1}: ${settings}`).join('\n')}\n`

test('a large routing file is read like a small one, without blocking the service', async () => {
  for (const text of [ofAgents(10_000, '{ weight: 2 }'), ofAgents(10_000, '{ colour: red }')]) {
    let turns = 0
    const counting = setInterval(() => (turns += 1), 1)
    expect(await readRoutingFileApart(text)).toEqual(readRoutingFile(text))
    clearInterval(counting)
    expect(turns).toBeGreaterThan(5)
  }
})
