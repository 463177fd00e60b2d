import { defineConfig } from 'vitest/config'

/**
 * Needs a Docker engine, Compose, and the images: `docker build -t helpcrunch-autoassign .` and
 * `docker build -t helpcrunch-autoassign-proxy deploy/proxy`
 */
export default defineConfig({
  test: { include: ['test/container/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
})
