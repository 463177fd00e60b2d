import { execFile, spawnSync } from 'node:child_process'
import { chmod, chown, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { openStores } from '../../src/store/stores.ts'
import { startEmbeddedPostgres, type EmbeddedServer } from '../support/embedded-postgres.ts'
import { createManualClock } from '../support/manual-clock.ts'

const run = promisify(execFile)
/** OpenSSL makes the certificates. Where it is missing or cannot sign with a CA in one step, the tests are skipped. */
const hasOpenssl = /^OpenSSL [3-9]/.test(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '')
const NEW_KEY = ['req', '-x509', '-days', '2', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']

/** A server whose certificate, for this address, is of a CA of its own: `ca.crt` in its directory. */
async function openServer(certifiedAddress: string): Promise<EmbeddedServer> {
  const server = await startEmbeddedPostgres()
  onTestFinished(() => server.stop())
  const { directory } = server
  const inDirectory = { cwd: directory }
  await run('openssl', [...NEW_KEY, '-subj', '/CN=test CA', '-keyout', 'ca.key', '-out', 'ca.crt'], inDirectory)
  const certified = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', `subjectAltName=${certifiedAddress}`]
  const own = ['-subj', '/CN=test server', '-keyout', 'server.key', '-out', 'server.crt']
  await run('openssl', [...NEW_KEY, ...certified, ...own], inDirectory)
  // PostgreSQL takes a key only if no other user may read it.
  const { uid, gid } = await stat(directory)
  await chown(join(directory, 'server.key'), uid, gid)
  await chmod(join(directory, 'server.key'), 0o600)
  const client = new Client(server.url)
  await client.connect()
  for (const [name, value] of [
    ['ssl_cert_file', join(directory, 'server.crt')],
    ['ssl_key_file', join(directory, 'server.key')],
    ['ssl', 'on'],
  ]) {
    await client.query(`alter system set ${name} = '${value}'`)
  }
  await client.end()
  await server.restart('fast')
  return server
}

/** Whether the connections of the service to this server are encrypted. */
async function areEncrypted(server: EmbeddedServer): Promise<unknown[]> {
  const client = new Client(server.url)
  await client.connect()
  const { rows } = await client.query<{ ssl: boolean }>(
    `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'helpcrunch-autoassign'`,
  )
  await client.end()
  return rows.map(({ ssl }) => ssl)
}

test.skipIf(!hasOpenssl)(
  'sslmode says whether connections are encrypted, and whose certificate is trusted',
  async () => {
    const server = await openServer('IP:127.0.0.1')
    const root = `&sslrootcert=${join(server.directory, 'ca.crt')}`
    for (const [options, isEncrypted] of [
      [`?sslmode=verify-full${root}`, true],
      ['?sslmode=no-verify', true],
      ['?sslmode=disable', false],
      ['', false],
    ] as const) {
      const stores = await openStores(server.url + options, createManualClock())
      await stores.check()
      expect(await areEncrypted(server), `with "${options}"`).toEqual([isEncrypted])
      await stores.close()
    }
    await expect(openStores(`${server.url}?sslmode=verify-full`, createManualClock())).rejects.toThrow(
      /^DATABASE_URL: cannot work with PostgreSQL: unable to verify the first certificate; /,
    )
  },
)

test.skipIf(!hasOpenssl)('a certificate for another address stops the start', async () => {
  const server = await openServer('DNS:db.example.com')
  const url = `${server.url}?sslmode=verify-full&sslrootcert=${join(server.directory, 'ca.crt')}`
  await expect(openStores(url, createManualClock())).rejects.toThrow(
    /^DATABASE_URL: cannot work with PostgreSQL: Hostname\/IP does not match certificate's altnames/,
  )
})
