import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts', 'test/http/fuzz.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 20_000,
    fileParallelism: false,
    // As for the other tests; the seed of what failed is printed all the same.
    retry: process.env.CI === undefined ? 0 : 1,
  },
})
