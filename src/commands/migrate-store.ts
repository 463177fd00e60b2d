import { parseArgs } from 'node:util'
import { systemClock } from '../clock.ts'
import { copyDatabase } from '../store/moving/copy-database.ts'

const HELP = `Copies the embedded database into PostgreSQL. Stop the service before; what is copied stays as it is, and this can be run again.

  npm run migrate-store -- --from file:./data/autoassign.db --to postgres://autoassign@db.example/autoassign
  npm run migrate-store -- --from … --to … --account acme     the only account is called acme there

The password belongs into PGPASSWORD (or .env): a command line can be seen by others.
`
const NEXT = `
All of it is in PostgreSQL now, and the file is as it was. Next:
  1. Start the service with DATABASE_URL set to the address that --to has here.
  2. Until then webhooks get no answer; the service searches for what it missed when it starts.
  3. Put the file aside. If the service runs on it again, run this again, before it first runs on PostgreSQL.
`
/** As in ACCOUNTS_FILE. */
const ACCOUNT = /^[a-z0-9][a-z0-9_-]{0,62}$/

process.exitCode = await run()

async function run(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', default: false },
        from: { type: 'string' },
        to: { type: 'string' },
        account: { type: 'string' },
      },
    })
    const { from, to, account = null } = values
    if (values.help) return say(HELP)
    if (from === undefined || to === undefined)
      return fail('--from file:… and --to postgres://… are needed; --help says more')
    if (account !== null && !ACCOUNT.test(account))
      return fail(`--account is "${account}"; it should be at most 63 of a-z, 0-9, - and _, a letter or digit first`)
    await copyDatabase({ from, to, account, clock: systemClock, say: (line) => void say(`${line}\n`) })
    return say(NEXT)
  } catch (error) {
    return fail((error as Error).message)
  }
}

function say(text: string): number {
  process.stdout.write(text)
  return 0
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
