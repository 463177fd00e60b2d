import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import type { Situation } from '../../src/decision.ts'
import type { PluginFailure, Plugins } from '../../src/plugins/contract.ts'
import { openPlugins } from '../../src/plugins/plugins.ts'
import { createPolicy } from '../../src/routing/policy.ts'
import { route } from '../../src/routing/route.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { situation } from '../support/people.ts'

/** A module with one filter whose method has this body. */
export const filterOf = (body: string, name = 'mine') =>
  `export const rule = { kind: 'filter', name: '${name}', keep(candidate, context) { ${body} } }\n`

/** Begins to open plug-ins with these texts, in real processes, on a clock of the test's. */
export async function startOpening(texts: readonly string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-plugins-'))
  const paths = texts.map((_, index) => join(directory, `plugin-${index}.mjs`))
  for (const [index, path] of paths.entries()) await writeFile(path, texts[index] ?? '')
  const clock = createManualClock()
  const lines: Record<string, unknown>[] = []
  const failures: [string, PluginFailure][] = []
  const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line)) })
  const opening = openPlugins({
    paths: paths.join(','),
    takenNames: ['load'],
    clock,
    logger,
    meterOfPlugin: (path) => (failure) => failures.push([path, failure]),
  })
  onTestFinished(async () => {
    const opened = await opening
    const closing = typeof opened === 'string' ? null : opened.close()
    // Questions without an answer meet their deadline.
    clock.advance(5000)
    await closing
    await rm(directory, { recursive: true, force: true })
  })
  return { opening, paths, clock, lines, failures }
}

/** The plug-ins, or the reason why they cannot be opened. */
export async function openTestPlugins(...texts: string[]) {
  const { opening, ...rest } = await startOpening(texts)
  return { opened: await opening, ...rest }
}

/** The plug-ins, where they must open. */
export async function openWorkingPlugins(...texts: string[]) {
  const { opened, ...rest } = await openTestPlugins(...texts)
  if (typeof opened === 'string') throw new Error(opened)
  return { plugins: opened, ...rest }
}

/** Decides like the dispatcher: routes, asks the plug-ins where the rules name them, and routes again. */
export async function decide(
  plugins: Plugins,
  rules: string,
  more: Partial<Situation>,
  capacity: number | null = null,
) {
  const policy = createPolicy({ rules, agentCapacity: capacity, plugins: plugins.rules() })
  if (typeof policy === 'string') throw new Error(policy)
  const first = route(policy, situation(more))
  if (first.asksPlugins === undefined) return first
  const pluginAnswers = await plugins.ask(first.asksPlugins, policy)
  return route(policy, situation({ ...more, pluginAnswers }))
}
