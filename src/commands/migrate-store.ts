import { accountsFileSchema } from '../config/accounts/schema.ts'
import { systemClock } from '../clock.ts'
import { copyDatabase } from '../store/copy-to-postgres/copy-database.ts'
import { runCommand, say } from './run-command.ts'

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
const NAME = accountsFileSchema.properties.accounts.items.properties.name

await runCommand(
  HELP,
  { from: { type: 'string' }, to: { type: 'string' }, account: { type: 'string' } },
  0,
  async ({ from, to, account = null }) => {
    if (from === undefined || to === undefined)
      throw new Error('--from file:… and --to postgres://… are needed; --help says more')
    if (account !== null && !new RegExp(NAME.pattern).test(account))
      throw new Error(`--account is "${account}"; it should be ${NAME.description}`)
    await copyDatabase({ from, to, account, clock: systemClock, say })
    say(NEXT)
  },
)
