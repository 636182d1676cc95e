import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedPath, generateTracePage } from './trace-page.ts';
import { repositoryRoot } from './workspace.ts';

test('the trace page is the one that its sources make (`npm run trace-page` rewrites it)', async () => {
  expect(readFileSync(join(repositoryRoot, generatedPath), 'utf8')).toBe(
    await generateTracePage(repositoryRoot),
  );
});
