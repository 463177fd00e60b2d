import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsOf, commandsOf, linksOf, PAGES, read } from './pages.ts'
import { placeOf } from './commands.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

describe.for(PAGES)('%s', (page) => {
  test('each link leads to a file, and to a heading of it', () => {
    for (const link of linksOf(page)) {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      expect(existsSync(target), link).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor)
    }
  })

  test('each script and each file of the project that it names is there', () => {
    for (const [, script = ''] of read(page).matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g)) {
      expect(Object.keys(scripts)).toContain(script)
    }
    if (page === 'CHANGELOG.md' || page.startsWith('docs/decisions')) return
    for (const [, path = ''] of read(page).matchAll(/`((?:src|test|bench|demo|deploy|docs)\/[\w./-]+)`/g)) {
      expect(existsSync(path) || path.includes('/your-'), path).toBe(true)
    }
  })

  test('each command is run by a test', () => {
    for (const command of commandsOf(page)) expect(placeOf(command), command).not.toBeNull()
  })
})

test('the README has at most 1,500 words, in the order in which a newcomer needs them', () => {
  expect(read('README.md').split(/\s+/).length).toBeLessThanOrEqual(1500)
  expect(anchorsOf('README.md')).toEqual([
    'helpcrunch-autoassign',
    'see-it-work',
    'connect-your-account',
    'run-it',
    'in-a-container',
    'several-instances',
    'the-page',
    'what-it-cannot-do',
    'find-out-more',
  ])
})
