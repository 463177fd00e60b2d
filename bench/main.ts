import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { assign } from './assign.ts'
import { backlog } from './backlog.ts'
import { openDatabaseServer } from './cluster/database-server.ts'
import { clusterSections } from './cluster/sections.ts'
import { areCoresShared, pinProcess, SENDER_CORE } from './cores.ts'
import { decide } from './decide.ts'
import { ingest } from './ingest.ts'
import { lane } from './lane.ts'
import { watchOtherPrograms } from './other-programs.ts'
import { pages } from './pages.ts'
import { installPeers } from './peers/install.ts'
import { peers } from './peers/peers.ts'
import { showTable } from './print.ts'
import type { Section, Table } from './section.ts'
import { start } from './start.ts'

const HELP = `Measures the service on this machine: the service on one core, the sender and HelpCrunch's stand-in on another.

  npm run bench                     every section
  npm run bench -- ingest decide    only these; there are: assign, ingest, decide, backlog, start, lane, pages
  npm run bench -- --cluster        instances on PostgreSQL instead: account, far, accounts, ingest, end-to-end, prune
  npm run bench -- --peers          the same job on pg-boss, graphile-worker and BullMQ, which npm installs first
  npm run bench -- --quick          few rounds: shows that everything runs, its figures are worth little

The tables are also kept as JSON in bench/results/.
`

const RESULTS = join(import.meta.dirname, 'results')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    cluster: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
  },
})

const cores = availableParallelism()
await using stack = new AsyncDisposableStack()
const sections = await findSections()
const unknown = positionals.find((name) => sections[name] === undefined)
if (values.help || unknown !== undefined) {
  process.stdout.write(unknown === undefined ? HELP : `"${unknown}" is not a section\n\n${HELP}`)
  process.exit(unknown === undefined ? 0 : 1)
}

// Child processes inherit that.
pinProcess(process.pid, SENDER_CORE)
mkdirSync(RESULTS, { recursive: true })
// Here and not among the system's temporary files, which may be in memory: a commit is to reach a disk.
const directory = mkdtempSync(join(RESULTS, 'data-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
// The exit event also ends the processes that a section has started.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

const startedAt = new Date().toISOString()
const machine = {
  cores,
  processor: cpus()[0]?.model ?? 'unknown',
  platform: process.platform,
  node: process.version,
  loadBefore: loadavg()[0]?.toFixed(2),
}
process.stdout.write(
  `${cores} cores (${machine.processor}), Node ${machine.node}, ${startedAt}, load ${machine.loadBefore}\n` +
    `${areCoresShared ? 'There is one core only: the sender takes its time from what is measured.\n' : ''}\n`,
)

const tables: Record<string, Table> = {}
for (const [name, section] of Object.entries(sections)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  process.stdout.write(`${name}: `)
  const databases = mkdtempSync(join(directory, `${name}-`))
  const otherPrograms = watchOtherPrograms()
  const measured = await section({ isQuick: values.quick, directory: databases })
  const note = `took ${otherPrograms.seconds().toFixed(0)} s; other programs used ${otherPrograms.cores().toFixed(2)} of ${cores} cores meanwhile`
  const table = { ...measured, notes: [...measured.notes, note] }
  rmSync(databases, { recursive: true })
  tables[name] = table
  process.stdout.write(`${showTable(table)}\n`)
}
const file = join(RESULTS, `${startedAt.replaceAll(':', '-')}.json`)
writeFileSync(file, `${JSON.stringify({ startedAt, machine, isQuick: values.quick, sections: tables }, null, 2)}\n`)

async function findSections(): Promise<Readonly<Record<string, Section>>> {
  if (values.cluster) return clusterSections(stack.use(await openDatabaseServer()))
  if (values.peers) {
    installPeers()
    return { peers: peers(stack.use(await openDatabaseServer())) }
  }
  return { assign, ingest, decide, backlog, start, lane, pages }
}
