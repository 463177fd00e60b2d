import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { backlog } from './backlog.ts'
import { openDatabaseServer } from './cluster/database-server.ts'
import { CLUSTER_SECTIONS } from './cluster/sections.ts'
import { decide } from './decide.ts'
import { endToEnd } from './end-to-end.ts'
import { ingest } from './ingest.ts'
import { lane } from './lane.ts'
import { showTable } from './print.ts'
import type { Section, Table } from './section.ts'

const HELP = `Measures the service on this machine.

  npm run bench                     every section
  npm run bench -- ingest decide    only these; there are: ingest, decide, end-to-end, backlog, lane
  npm run bench -- --cluster        several copies on one PostgreSQL instead: ingest, end-to-end, accounts, prune
  npm run bench -- --quick          few rounds: shows that everything runs, its figures are worth little

The tables are also kept as JSON in bench/results/.
`

const SECTIONS: Readonly<Record<string, Section>> = { ingest, decide, 'end-to-end': endToEnd, backlog, lane }
const RESULTS = join(import.meta.dirname, 'results')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    cluster: { type: 'boolean', default: false },
  },
})
const names = Object.keys(values.cluster ? CLUSTER_SECTIONS : SECTIONS)
const unknown = positionals.find((name) => !names.includes(name))
if (values.help || unknown !== undefined) {
  process.stdout.write(unknown === undefined ? HELP : `"${unknown}" is not a section\n\n${HELP}`)
  process.exit(unknown === undefined ? 0 : 1)
}

mkdirSync(RESULTS, { recursive: true })
// Here and not among the system's temporary files, which may be in memory: a commit is to reach a disk.
const directory = mkdtempSync(join(RESULTS, 'data-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
// Ending by the exit event also ends the processes that a section has started.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

const startedAt = new Date().toISOString()
const machine = {
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? 'unknown',
  platform: process.platform,
  node: process.version,
}
process.stdout.write(`${machine.cores} cores (${machine.processor}), Node ${machine.node}, ${startedAt}\n\n`)

const tables: Record<string, Table> = {}
await using stack = new AsyncDisposableStack()
const server = values.cluster ? stack.use(await openDatabaseServer()) : null
for (const name of names) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  process.stdout.write(`${name}: `)
  const databases = mkdtempSync(join(directory, `${name}-`))
  const section = server === null ? SECTIONS[name] : CLUSTER_SECTIONS[name]?.(server)
  const table = await (section as Section)({ isQuick: values.quick, directory: databases })
  rmSync(databases, { recursive: true })
  tables[name] = table
  process.stdout.write(`${showTable(table)}\n`)
}
const file = join(RESULTS, `${startedAt.replaceAll(':', '-')}.json`)
writeFileSync(file, `${JSON.stringify({ startedAt, machine, isQuick: values.quick, sections: tables }, null, 2)}\n`)
