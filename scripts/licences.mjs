// Lists the packages that run in production with their licences, from the lock file alone, and compares the list with the
// committed one: a reviewer sees a new package or another licence before it is released.
//
//   node scripts/licences.mjs            compares; exit code 1 where they differ, or a licence is not allowed
//   node scripts/licences.mjs --write    writes the list
import { readFileSync, writeFileSync } from 'node:fs'

const LIST = 'docs/production-licences.txt'
/** Each may be used in a work under MIT without passing its own terms on to that work. */
const ALLOWED = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '(MIT OR CC0-1.0)'])

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const lines = Object.entries(packages)
  .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
  .map(([path, { version, license }]) => ({
    name: path.split('node_modules/').at(-1),
    version,
    license: license ?? 'none',
  }))
  .map(({ name, version, license }) => `${name} ${version} ${license}`)
const list = `${[...new Set(lines)].toSorted().join('\n')}\n`
const refused = list.split('\n').filter((line) => line !== '' && !ALLOWED.has(line.split(' ').slice(2).join(' ')))

if (refused.length > 0) end(`licences that are not on the list of allowed ones:\n${refused.join('\n')}`)
else if (process.argv.includes('--write')) writeFileSync(LIST, list)
else compare(readFileSync(LIST, 'utf8'))

/** @param {string} committed */
function compare(committed) {
  const before = new Set(committed.split('\n'))
  const now = new Set(list.split('\n'))
  const added = [...now.difference(before)].map((line) => `+ ${line}`)
  const gone = [...before.difference(now)].map((line) => `- ${line}`)
  if (added.length + gone.length > 0)
    end(
      `${LIST} is not what package-lock.json says; look at each, then run: npm run check:licences -- --write\n${[...gone, ...added].join('\n')}`,
    )
}

/** @param {string} problem */
function end(problem) {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
