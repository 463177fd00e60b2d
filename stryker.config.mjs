/** `npm run test:mutation`: mistakes that a tool puts into the code, and whether a test notices them. */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts' },
  mutate: [
    'src/core/**/*.ts',
    'src/rate-limit/**/*.ts',
    'src/cluster/**/*.ts',
    'src/http/signature.ts',
    'src/http/access/{bearer-token,session}.ts',
    'src/store/fenced.ts',
  ],
  // A mistake in a constant is in force before any test begins, so all tests would run against it.
  ignoreStatic: true,
  // The tool rewrites tsconfig.json with TypeScript's own API, which version 7 has not; the tests need no such file.
  tsconfigFile: 'no-tsconfig.json',
  disableTypeChecks: false,
  tempDirName: '.mutation',
  ignorePatterns: ['bench', 'docs', 'data'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false },
  jsonReporter: { fileName: 'node_modules/.cache/mutation.json' },
  concurrency: 2,
  timeoutMS: 10_000,
  thresholds: { high: 90, low: 80, break: 80 },
}
