import { pino, type DestinationStream, type Logger } from 'pino'
import { createRedaction } from './redaction.ts'

/**
 * Creates the logger: one JSON line per fact. Of errors it writes only name, message, code and stack, because their
 * other fields may hold a request with its headers. A secret that gets into a line all the same is blacked out.
 */
export function createLogger(
  options: { level: string; secrets: readonly string[] },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { streamWrite: createRedaction(options.secrets) },
  }
  return destination === undefined ? pino(settings) : pino(settings, destination)
}

const MAX_CAUSES = 3

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
