import { pino, type DestinationStream, type Logger } from 'pino'

/**
 * One JSON line per fact. Errors are written as name, message, code and stack alone: their other fields may hold a
 * request with its headers. Should a secret get into a line all the same, it is blacked out there.
 */
export function createLogger(
  options: { level: string; secrets: readonly string[] },
  destination?: DestinationStream,
): Logger {
  const secrets = options.secrets.filter((secret) => secret.length >= SHORTEST_SECRET)
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: {
      streamWrite: (line: string) => secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line),
    },
  }
  return destination === undefined ? pino(settings) : pino(settings, destination)
}

const MAX_CAUSES = 3
/** Blacking out one or two letters wherever they stand would leave nothing to read. */
const SHORTEST_SECRET = 6

function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(depth === 0 ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < MAX_CAUSES ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}
