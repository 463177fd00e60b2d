import { defineConfig } from 'vitest/config'

// The threads and processes that tests start load their compiled code from here, as `npm start` does.
process.env.NODE_COMPILE_CACHE ??= `${import.meta.dirname}/node_modules/.cache/compile`

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
