import { defineConfig } from 'vitest/config';

const source = '@holdfast/source';
const everyExample = 'tools/every-example.test.ts';

/** One project per way of running: `pure` needs nothing, `services` real servers, `browser` a browser, `examples` a process each. */
export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
  test: {
    reporters: ['default', './tools/closing-line-reporter.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'adapters/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['json-summary', 'lcovonly'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [
            '{packages,adapters}/*/{src,test}/**/*.test.ts',
            'packages/console/web/src/**/*.test.ts',
            'showcase/src/**/*.test.ts',
            'tools/*.test.ts',
          ],
          exclude: ['**/*.service.test.ts', '**/*.browser.test.ts', everyExample],
          // Test files share a worker's modules, which makes the run three times faster; a test that
          // changes a global puts it back.
          isolate: false,
          // All of them: a worker that waits for processes leaves its core to the others.
          maxWorkers: '100%',
          // For machines with more to do: no test is about how long it takes.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['{packages,adapters}/*/{src,test}/**/*.service.test.ts', 'tools/**/*.service.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['packages/*/{src,test,web}/**/*.browser.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        extends: true,
        test: { name: 'examples', include: [everyExample], testTimeout: 60_000 },
      },
    ],
  },
});
