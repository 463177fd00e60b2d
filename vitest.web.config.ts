import { defineConfig } from 'vitest/config'

/** The page in Debian's chromium (`apt-get install chromium`), or the browser that CHROMIUM names. */
export default defineConfig({
  test: {
    include: ['test/web/**/*.test.ts'],
    globalSetup: 'test/support/postgres.global.ts',
    // A browser on a busy machine is slow once in a while.
    retry: 1,
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
