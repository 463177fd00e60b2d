import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const { resolve } = createRequire(import.meta.url)

/** The libraries' files by the names under which the page imports them. */
const FILES = {
  'preact.js': () => resolve('preact'),
  'hooks.js': () => resolve('preact/hooks'),
  'htm.js': () => join(dirname(resolve('htm')), 'htm.module.js'),
  'uplot.js': () => join(dirname(resolve('uplot')), 'uPlot.esm.js'),
  'uplot.css': () => join(dirname(resolve('uplot')), 'uPlot.min.css'),
} as const

export const VENDORED = Object.keys(FILES) as (keyof typeof FILES)[]

/**
 * Reads a library's file. Bare imports become relative ones for browsers: an import map would need an inline script.
 */
export function readVendored(name: keyof typeof FILES): { readonly type: string; readonly text: string } {
  const text = readFileSync(FILES[name](), 'utf8')
  if (name.endsWith('.css')) return { type: 'text/css; charset=utf-8', text }
  const resolved = text.replaceAll(/from\s*"preact"/g, 'from"./preact.js"').replace(/\/\/# sourceMappingURL=.*/, '')
  return { type: 'text/javascript; charset=utf-8', text: resolved }
}
