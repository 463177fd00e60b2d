import { readFileSync } from 'node:fs'

const CI = readFileSync('.ci/run', 'utf8')

/** Where the commands of the documentation are run, each as it is printed, but for addresses. */
const PLACES = {
  /** test/e2e/docs.test.ts, beside a running service. */
  'beside the service': [
    /^npm run (why|agents|dead-letters|check-config|backup)( --|$)/,
    /^curl /,
    /^cp \.env/,
    /^npm run test:rules$/,
  ],
  /** test/container/docs.test.ts */
  'in Docker': [/^docker /, /^export ENV_FILE=/],
  /** PostgreSQL's own programs, which no machine of the tests has: tried once, with the figures on the page. */
  'by hand': [/^(pg_dump|pg_restore|pg_basebackup|pg_ctl|touch|cat) /],
  /** test/e2e/npm-start.test.ts */
  'as a service': [/^npm start$/],
  /** test/e2e/migrate-store.test.ts, with the addresses of its own database. */
  'with PostgreSQL': [/^npm run migrate-store -- --from /, /^createdb /, /^echo 'PGPASSWORD=/],
}
export type Place = keyof typeof PLACES | 'in CI'

/** Where the command is run; `null` if no test runs it. */
export function placeOf(command: string): Place | null {
  for (const [place, patterns] of Object.entries(PLACES)) {
    if (patterns.some((pattern) => pattern.test(command))) return place as Place
  }
  return command.split(' && ').every((part) => CI.includes(part)) ? 'in CI' : null
}
