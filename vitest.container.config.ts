import { defineConfig } from 'vitest/config'

/** Needs a Docker engine, and the image: `docker build -t helpcrunch-autoassign .` */
export default defineConfig({
  test: { include: ['test/container/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
})
