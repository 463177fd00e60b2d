import { resolve } from 'node:path'
import { readDatabaseUrl } from '../config/config.ts'
import { backUpSqlite } from '../store/engines/sqlite-backup.ts'
import { runCommand, say } from './run-command.ts'

const HELP = `Writes a whole copy of the embedded database into a file, beside the running service. An older backup of the same name is
replaced once the new one is complete.

  npm run backup -- backup.db
`

await runCommand(HELP, {}, 1, async (_options, [target = '']) => {
  if (target === '') throw new Error('name the file that the backup goes into, as in: npm run backup -- backup.db')
  const url = await readDatabaseUrl(process.env)
  if (!url.startsWith('file:'))
    throw new Error('DATABASE_URL is PostgreSQL; back it up with pg_dump: docs/deployment.md')
  const bytes = backUpSqlite(url, resolve(target))
  say(`${target}: ${bytes} bytes, every page was read`)
})
