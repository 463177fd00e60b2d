import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

type Arguments<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>

/**
 * Runs a command line tool: reads its arguments, and prints its usage for `--help`.
 * @param maxArguments how many arguments besides options; one more is refused instead of ignored
 * @param run throws an error whose message is for the person who typed the command; the exit code is 1 then
 */
export async function runCommand<const Options extends ParseArgsOptionsConfig>(
  help: string,
  options: Options,
  maxArguments: number,
  run: (values: Arguments<Options>['values'], positionals: readonly string[]) => Promise<void>,
): Promise<void> {
  process.stdout.on('error', endQuietly)
  try {
    const known: ParseArgsOptionsConfig = { ...options, help: { type: 'boolean' } }
    const { values, positionals } = parseArgs({ allowPositionals: true, options: known })
    const ignored = positionals[maxArguments]
    if (values.help === true) say(help)
    else if (ignored !== undefined) throw new Error(`"${ignored}" is one argument too many; --help says how it is used`)
    else await run(values as Arguments<Options>['values'], positionals)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}

/** Ends quietly when the reader of the output closes it, as in `npm run --silent agents | head -1`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

/** Reads an id; `null` if the text is none. */
export function readId<Id extends number>(text: string): Id | null {
  return /^[1-9]\d{0,14}$/.test(text) ? (Number(text) as Id) : null
}

/** Writes a line to standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
