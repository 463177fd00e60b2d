import { defineConfig } from 'vitest/config'

/** The page in Debian's chromium (`apt-get install chromium`), or the browser that CHROMIUM names. */
export default defineConfig({
  test: {
    include: ['test/web/**/*.test.ts'],
    globalSetup: 'test/support/postgres.global.ts',
    testTimeout: 90_000,
    hookTimeout: 30_000,
    fileParallelism: false,
  },
})
