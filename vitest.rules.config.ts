import { defineConfig } from 'vitest/config'

/** `npm run test:rules`: the rules in `rules/` and the documented example, without a database. */
export default defineConfig({ test: { include: ['rules/**/*.test.ts', 'docs/examples/*.test.ts'] } })
