import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'docs/examples/*.test.ts'],
    exclude: ['test/container/**', 'test/faults/**', 'test/web/**'],
    globalSetup: 'test/support/postgres.global.ts',
    testTimeout: 40_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
})
