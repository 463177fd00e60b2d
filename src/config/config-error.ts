/** The variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A setting is wrong. The message is the one line that the operator needs. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
