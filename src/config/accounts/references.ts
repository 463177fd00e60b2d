import { isQuoted, type Environment } from '../config.ts'

/** The properties in which a reference is replaced. */
const REFERRING = new Set(['apiKey', 'signingKey', 'apiUrl', 'adminToken', 'viewerToken'])
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Replaces each `${NAME}` in an account's keys and address by the environment's value.
 * @param account as it is in the file, of any shape
 * @param complain called for a reference to nothing, which is not replaced
 */
export function replaceReferences(
  account: unknown,
  environment: Environment,
  complain: (property: string, problem: string) => void,
): unknown {
  if (typeof account !== 'object' || account === null || Array.isArray(account)) return account
  const replaced = Object.entries(account).map(([property, value]: [string, unknown]) => {
    if (typeof value !== 'string' || !REFERRING.has(property)) return [property, value]
    const text = value.replaceAll(/\$\{([^}]*)\}?/g, (reference, name: string) => {
      const found = (Object.hasOwn(environment, name) ? environment[name]?.trim() : '') ?? ''
      // An invalid name may be part of a key, and is not repeated.
      if (!VARIABLE.test(name) || !reference.endsWith('}'))
        complain(property, 'has a ${ without the name of a variable and a }, as in ${ACME_API_KEY}')
      else if (isQuoted(found))
        complain(property, `refers to ${name}, which begins and ends with a quotation mark; write it without quotes`)
      else if (found === '') complain(property, `refers to ${name}, which is not set`)
      else return found
      return reference
    })
    return [property, text.trim()]
  })
  return Object.fromEntries(replaced)
}
