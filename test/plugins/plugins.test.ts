import { writeFile } from 'node:fs/promises'
import { describe, expect, test, vi } from 'vitest'
import { agent } from '../support/people.ts'
import { decide, filterOf, openTestPlugins, openWorkingPlugins, startOpening } from './open.ts'

const AGENTS = [agent(1), agent(2, { load: 1 }), agent(3, { load: 2 })]
const ONLY_3 = filterOf("return candidate.agent.id === 3 ? true : 'not 3'")
const NEVER_RETURNS = filterOf('for (;;);', 'endless')
/** A plug-in's process is real, and so is the time that it takes; the clock is the test's. */
const inProcess = <T>(check: () => T) => vi.waitFor(check, { timeout: 15_000, interval: 5 })

describe('the rules of plug-ins', () => {
  test('decide together with the others, in their place', async () => {
    const { plugins } = await openWorkingPlugins(ONLY_3)
    const decision = await decide(plugins, 'mine,load', { agents: AGENTS })
    expect(decision.agentId).toBe(3)
    expect(decision.steps[0]).toEqual({ rule: 'mine', kept: [3], dropped: [{ reason: 'not 3', agentIds: [1, 2] }] })
    const last = await decide(plugins, 'capacity,mine', { agents: AGENTS }, 1)
    expect(last.agentId, 'capacity has left 1 alone').toBeNull()
  })

  test('are asked only about the agents that earlier rules kept, and not at all where none is left', async () => {
    const { plugins } = await openWorkingPlugins(
      filterOf("throw new Error(context.isCandidate(3) ? 'sees 3' : 'sees 1')"),
    )
    const asked = async (agents: typeof AGENTS) =>
      (await decide(plugins, 'capacity,mine', { agents }, 1)).steps[1]?.skipped
    expect(await asked(AGENTS)).toBe('sees 1')
    expect(await asked([])).toBeUndefined()
  })

  test('see the settings of their policy, also where there are several policies', async () => {
    const { plugins } = await openWorkingPlugins(
      filterOf('return `capacity ${context.settings.capacityOf(candidate.agent.id, null)}`'),
    )
    for (const capacity of [5, 7, 5]) {
      const { steps } = await decide(plugins, 'mine', { agents: AGENTS }, capacity)
      expect(steps[0]?.dropped?.[0]?.reason).toBe(`capacity ${capacity}`)
    }
  })

  test('cannot read the environment, which has the keys, nor write into the log', async () => {
    const { plugins } = await openWorkingPlugins(
      filterOf(
        "console.log('hello'); return `only ${Object.keys(process.env).filter((name) => name !== 'NODE_COMPILE_CACHE')}`",
      ),
    )
    const decision = await decide(plugins, 'mine', { agents: AGENTS })
    expect(decision.steps[0]?.dropped).toEqual([{ reason: 'only ', agentIds: [1, 2, 3] }])
  })
})

describe('a rule that fails is skipped, counted and named, and the other rules decide', () => {
  test.for<[string, string, string]>([
    ['throws', "throw new Error('oh no')", 'oh no'],
    ['gives no answer', '', 'gave neither true nor a reason'],
    ['is asynchronous, and rejects', "return Promise.reject(new Error('later'))", 'is asynchronous'],
  ])('one that %s: its process goes on', async ([, body, reason]) => {
    const { plugins, failures, lines, clock } = await openWorkingPlugins(filterOf(body))
    for (let i = 0; i < 3; i += 1) {
      const decision = await decide(plugins, 'mine,load', { agents: AGENTS })
      expect(decision.agentId).toBe(1)
      expect(decision.steps[0]?.skipped).toContain(reason)
    }
    expect(failures.map(([, failure]) => failure)).toEqual(['answer', 'answer', 'answer'])
    expect(lines, 'once a minute').toHaveLength(1)
    clock.advance(60_000)
    await decide(plugins, 'mine,load', { agents: AGENTS })
    expect(lines[1]).toMatchObject({ msg: 'plug-in failed: its rules are skipped', count: 3, failure: 'answer' })
    expect(plugins.check().detail).toBe('all answer')
  })

  test('one that never returns is stopped after its deadline; other modules answer meanwhile', async () => {
    const { plugins, clock, failures, lines } = await openWorkingPlugins(NEVER_RETURNS, ONLY_3)
    const deciding = decide(plugins, 'endless,load', { agents: AGENTS })
    expect((await decide(plugins, 'mine,load', { agents: AGENTS })).agentId).toBe(3)
    clock.advance(250)
    const decision = await deciding
    expect(decision.agentId).toBe(1)
    expect(decision.steps[0]?.skipped).toBe('no answer in 250 ms')
    expect(failures.map(([, failure]) => failure)).toEqual(['deadline'])
    expect(lines).toMatchObject([{ failure: 'deadline', reason: 'no answer in 250 ms' }])
    expect(plugins.check()).toMatchObject({ name: 'plug-ins', ok: true })
    expect(plugins.check().detail).toMatch(/plugin-0\.mjs: no answer in 250 ms/)
    // While it is out of use, no decision waits for it.
    expect((await decide(plugins, 'endless,mine,load', { agents: AGENTS })).steps[0]?.skipped).toBe(
      'no answer in 250 ms',
    )
  })

  test('it is tried again after a minute', async () => {
    const { plugins, clock, paths } = await openWorkingPlugins(NEVER_RETURNS)
    const deciding = decide(plugins, 'endless,load', { agents: AGENTS })
    clock.advance(250)
    await deciding
    await writeFile(paths[0] ?? '', filterOf("return candidate.agent.id === 2 ? true : 'no'", 'endless'))
    await clock.pass(60_000)
    await inProcess(() => expect(plugins.check().detail).toBe('all answer'))
    expect((await decide(plugins, 'endless,load', { agents: AGENTS })).agentId).toBe(2)
  })

  test.for<[string, string, string, RegExp]>([
    ['leaks', 'const all = []; for (;;) all.push(new Array(1000).fill({}))', 'memory', /more than 64 MB of memory/],
    [
      'keeps buffers',
      'globalThis.all ??= []; all.push(Buffer.alloc(100e6, 1)); return true',
      'memory',
      /more than 256 MB/,
    ],
    ['exits', 'process.exit(0)', 'exit', /ended with 0/],
    ['throws in a timer', "setImmediate(() => { throw new Error('later') }); return true", 'error', /later/],
    ['rejects a promise that no code awaits', "Promise.reject(new Error('lost')); return true", 'error', /lost/],
    ['recurses without end', 'return rule.keep(candidate, context)', 'answer', /Maximum call stack/],
    ['kills itself', 'process.abort()', 'memory', /memory/],
    [
      'blocks in a command',
      "process.getBuiltinModule('node:child_process').execSync('sleep 30')",
      'deadline',
      /250 ms/,
    ],
    ['blocks', 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)', 'deadline', /no answer in 250 ms/],
  ])('one that %s does not take the process with it', async ([, body, failure, reason]) => {
    const { plugins, clock, failures, lines } = await openWorkingPlugins(filterOf(body))
    const deciding = decide(plugins, 'mine,load', { agents: AGENTS })
    await inProcess(() => {
      if (failure === 'deadline') clock.advance(250)
      expect(failures.map(([, kind]) => kind)).toContain(failure)
    })
    expect((await deciding).agentId).toBe(1)
    expect(lines[0]?.reason).toMatch(reason)
  })
})

describe('a module', () => {
  test.for<[string, string, RegExp]>([
    ['without rules', 'export const x = 1', /exports no rule made with defineFilter or defineRank/],
    ['with a mistake', 'export const x = ;', /cannot be loaded: /],
    ['that throws', "throw new Error('not today')", /not today/],
    ['whose rule has a name that is taken', filterOf('return true', 'load'), /there is a rule "load" already/],
    [
      'with two rules of one name',
      `${filterOf('return true')}export const other = rule`.replace('other = rule', 'other = { ...rule }'),
      /there is a rule "mine" already/,
    ],
  ])('%s is refused with one sentence, and leaves no process behind', async ([, text, message]) => {
    const { opened, clock } = await openTestPlugins(text)
    expect(opened).toMatch(message)
    expect(clock.timers).toBe(0)
  })

  test('that waits for ever while it is loaded is refused', async () => {
    const { opening, clock } = await startOpening(['await new Promise(() => undefined)'])
    clock.advance(10_000)
    expect(await opening).toMatch(/plugin-0\.mjs: not loaded in 10 s$/)
  })

  test('that was changed is loaded again; one with a mistake is refused, and the old one stays in force', async () => {
    const { plugins, clock, paths, lines } = await openWorkingPlugins(ONLY_3)
    let changes = 0
    plugins.onChange(() => (changes += 1))
    const chosen = async () => (await decide(plugins, 'mine,load', { agents: AGENTS })).agentId
    const told = (start: string) => lines.filter(({ msg }) => String(msg).startsWith(start)).length
    /** Time passes until the change is noticed, and stands still while the module is loaded. */
    const notice = (times: number) =>
      inProcess(() => {
        clock.advance(1000)
        expect(told('plug-in changed, loading it')).toBe(times)
      })
    // The first check is of the loaded text.
    await inProcess(() => expect(clock.timers).toBe(1))
    await writeFile(paths[0] ?? '', 'export const broken = ;')
    await notice(1)
    await inProcess(() => expect(told('plug-in changed, and refused')).toBe(1))
    expect(await chosen()).toBe(3)
    await writeFile(paths[0] ?? '', filterOf("return candidate.agent.id === 2 ? true : 'not 2'"))
    await notice(2)
    await inProcess(() => expect(changes).toBe(1))
    expect(await chosen()).toBe(2)
  })
})
