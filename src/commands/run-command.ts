import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'

type Arguments<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>

/**
 * Runs a command line tool: reads its arguments, and says how they are used where `--help` asks for it.
 * @param run throws what is wrong, in words for whoever typed the command; the exit code is 1 then
 */
export async function runCommand<const Options extends ParseArgsOptionsConfig>(
  help: string,
  options: Options,
  run: (values: Arguments<Options>['values'], positionals: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const known: ParseArgsOptionsConfig = { ...options, help: { type: 'boolean' } }
    const { values, positionals } = parseArgs({ allowPositionals: true, options: known })
    if (values.help === true) say(help)
    else await run(values as Arguments<Options>['values'], positionals)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}

/** An id as it is typed, or `null`. */
export function readId<Id extends number>(text: string): Id | null {
  return /^[1-9]\d{0,14}$/.test(text) ? (Number(text) as Id) : null
}

/** A line on standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
