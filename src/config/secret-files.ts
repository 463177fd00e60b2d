import { ConfigError, type Environment } from './config-error.ts'
import { readBounded } from './read-bounded.ts'

/**
 * The variables that may be given as the path of a file, such as a mounted secret:
 * `ADMIN_TOKEN_FILE=/run/secrets/admin-token`.
 */
export const FROM_FILES = [
  'HELPCRUNCH_API_KEY',
  'HELPCRUNCH_WEBHOOK_SIGNING_KEY',
  'ADMIN_TOKEN',
  'VIEWER_TOKEN',
  'METRICS_TOKEN',
  'DATABASE_URL',
] as const

const MAX_BYTES = 64 * 1024

/**
 * Replaces each `NAME_FILE` by `NAME` with the content of that file, without surrounding white space.
 * @throws ConfigError for a file that cannot be read, is empty or is no text, and if both variables are set; never with
 * the content
 */
export async function readSecretFiles(environment: Environment): Promise<Environment> {
  const found: Record<string, string> = {}
  for (const name of FROM_FILES) {
    const path = environment[`${name}_FILE`]?.trim() ?? ''
    if (path === '') continue
    if ((environment[name]?.trim() ?? '') !== '')
      throw new ConfigError(`${name} and ${name}_FILE are both set; set one of them`)
    found[name] = await readSecret(`${name}_FILE`, path)
  }
  return { ...environment, ...found }
}

async function readSecret(variable: string, path: string): Promise<string> {
  const bytes = await readBounded(path, MAX_BYTES).catch((error: unknown) => {
    throw new ConfigError(`${variable}: cannot read ${path}: ${(error as Error).message}`, { cause: error })
  })
  if (bytes.length > MAX_BYTES)
    throw new ConfigError(`${variable}: ${path} is larger than ${MAX_BYTES} bytes; it should hold the secret alone`)
  const text = decode(bytes)?.trim()
  if (text === undefined)
    throw new ConfigError(`${variable}: ${path} is not UTF-8 text; it should hold the secret alone`)
  if (text === '') throw new ConfigError(`${variable}: ${path} is empty; it should hold the secret`)
  return text
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
