import { h } from './vendor/preact.js'
import htm from './vendor/htm.js'

/** Templates like JSX, without a build step. */
export const html = /** @type {(strings: TemplateStringsArray, ...values: unknown[]) => any} */ (
  /** @type {any} */ (htm).bind(h)
)
