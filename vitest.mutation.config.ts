import { defineConfig } from 'vitest/config'

// Six whole systems find most mistakes within two seconds.
process.env.SYSTEMS ??= '6'

/** The tests that `npm run test:mutation` runs against each mistake: those that need no server and no disk. */
export default defineConfig({
  test: {
    include: [
      'test/core/*.test.ts',
      'test/rate-limit/*.test.ts',
      'test/cluster/{heartbeat,opening,replaced}.test.ts',
      'test/http/{signature,bearer-token,token,api-access}.test.ts',
      'test/store/fenced.test.ts',
      'test/simulation/simulation.test.ts',
    ],
    exclude: [
      // They open a database for each test.
      'test/core/{acts,departments,removals,who-wrote}.test.ts',
      'test/rate-limit/lane-matrix.test.ts',
    ],
    testTimeout: 40_000,
    restoreMocks: true,
  },
})
