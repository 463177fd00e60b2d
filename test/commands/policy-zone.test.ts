import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { policyZone } from '../../src/commands/policy-zone.ts'
import { agentId } from '../support/events.ts'

async function zoneWith(lines: readonly string[], agent = 1): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-zone-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'routing.yaml')
  await writeFile(path, lines.join('\n'))
  return policyZone({ ROUTING_FILE: path }, 'default', agentId(agent))
}

const HOURS = 'hours: [{ days: [mon], from: "09:00", to: "17:00" }]'
const SHIFTS = ['shifts:', `  berlin: { zone: Europe/Berlin, ${HOURS} }`, `  lima: { zone: America/Lima, ${HOURS} }`]

test('the zone is that of the agent’s shift, or else of the shift for all', async () => {
  const lines = [...SHIFTS, 'shift: berlin', 'agents: { 1: { shift: lima } }']
  expect(await zoneWith(lines, 1)).toBe('America/Lima')
  expect(await zoneWith(lines, 2)).toBe('Europe/Berlin')
})

test('without a shift it is the only zone of the file; there is none where the file has several', async () => {
  expect(await zoneWith(SHIFTS.slice(0, 2))).toBe('Europe/Berlin')
  expect(await zoneWith(SHIFTS)).toBe('UTC')
  expect(await policyZone({}, 'default', agentId(1))).toBe('UTC')
})

test('a routing file with a mistake is reported', async () => {
  await expect(zoneWith(['capacity: none'])).rejects.toThrow(/routing.yaml: line 1, capacity: must be/)
})
