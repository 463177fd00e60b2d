import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readVendored, VENDORED } from '../../src/web/vendored.ts'

const MOST_BYTES = 100_000

test('the whole page, with its libraries, is smaller than 100 kB when it is compressed', () => {
  const own = readdirSync('src/web/page', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(js|css|html)$/.test(name))
    .map((name) => readFileSync(join('src/web/page', name), 'utf8'))
  const texts = [...own, ...VENDORED.map((name) => readVendored(name).text)]
  const bytes = texts.reduce((sum, text) => sum + gzipSync(text).length, 0)
  expect(bytes).toBeLessThan(MOST_BYTES)
  expect(bytes, 'something was read').toBeGreaterThan(20_000)
})
