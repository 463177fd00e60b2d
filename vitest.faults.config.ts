import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/faults/*.test.ts', 'test/http/fuzz.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 20_000,
    fileParallelism: false,
  },
})
