import { defineConfig } from 'vitest/config';

// Packages resolve to their TypeScript source in tests, and to dist/ everywhere else.
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{libs,stages,apps}/*/src/**/*.test.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'scratch/test-results.json' }]]
      : ['default'],
  },
});
