import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { placeOf } from './commands.ts'
import { anchorsOf, commandsOf, linksOf, PAGES, read } from './pages.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
/** These name files of earlier versions, too. */
const isOfThePast = (page: string): boolean => page === 'CHANGELOG.md' || page.startsWith('docs/decisions')

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
}

function scriptsNamedIn(page: string): string[] {
  return Array.from(read(page).matchAll(/npm run (?:--silent )?([a-z][a-z:-]*)/g), ([, script = '']) => script)
}

function filesNamedIn(page: string): string[] {
  const paths = read(page).matchAll(/`((?:src|test|bench|demo|deploy|docs)\/[\w./-]+)`/g)
  return Array.from(paths, ([, path = '']) => path).filter((path) => !path.includes('/your-'))
}

describe.for(PAGES)('%s', (page) => {
  test('leads with each link to a file, and to a heading of it', () => {
    expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([])
  })

  test('names scripts and files that are there', () => {
    expect(scriptsNamedIn(page).filter((script) => !(script in scripts))).toEqual([])
    expect(isOfThePast(page) ? [] : filesNamedIn(page).filter((path) => !existsSync(path))).toEqual([])
  })

  test('has no command that no test runs', () => {
    expect(commandsOf(page).filter((command) => placeOf(command) === null)).toEqual([])
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
