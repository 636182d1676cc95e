import { defineConfig } from 'vitest/config';

const source = '@holdfast/source';

/** One project per way of running: `pure` needs nothing, `services` needs the real servers. */
export default defineConfig({
  resolve: { conditions: [source] },
  ssr: { resolve: { conditions: [source], externalConditions: [source] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: [
            'packages/*/{src,test}/**/*.test.ts',
            'adapters/*/{src,test}/**/*.test.ts',
            'tools/**/*.test.ts',
          ],
          exclude: ['**/*.service.test.ts', '**/node_modules/**', '**/dist/**'],
        },
      },
    ],
  },
});
