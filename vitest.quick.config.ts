import { defineConfig, mergeConfig } from 'vitest/config'
import all from './vitest.config.ts'

/** `npm test`: what a change is checked with every few minutes. `npm run test:all` has these as well, which start processes and servers, or take long. */
const SLOW = [
  'test/e2e/**',
  'test/cluster/**',
  'test/commands/**',
  'test/demo/**',
  'test/plugins/**',
  'test/store/copy-*.test.ts',
  'test/store/leases.test.ts',
  'test/store/simulation/**',
  'test/store/postgres*.test.ts',
  'test/store/standby.test.ts',
  'test/store/upgrade.test.ts',
]

// CI has other programs beside it, and time.
const maxWorkers = process.env.CI === undefined ? '100%' : 1

export default mergeConfig(all, defineConfig({ test: { exclude: SLOW, maxWorkers } }))
