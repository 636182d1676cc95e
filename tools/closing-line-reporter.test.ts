// Goal: the closing line never says better than it was. Method: real runs over test files that go wrong in
// each of the ways a run can.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';
import { repositoryRoot } from './workspace.ts';

const reporter = fileURLToPath(new URL('closing-line-reporter.ts', import.meta.url));
const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
// Inside the repository, where the test files find vitest.
const folder = join(repositoryRoot, `node_modules/.cache/closing-line-${process.pid}`);

async function run(
  files: Readonly<Record<string, string>>,
): Promise<{ code: number | null; lastLine: string }> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, body] of Object.entries(files)) {
    writeFileSync(
      join(folder, name),
      `import { afterAll, beforeAll, describe, expect, test } from 'vitest';\n${body}`,
    );
  }
  const config = `export default { test: { include: ['*.test.js'], exclude: [], reporters: ['default', ${JSON.stringify(reporter)}] } };`;
  writeFileSync(join(folder, 'vitest.config.js'), config);
  const { code, output } = await runCommand(process.execPath, [vitest, 'run', '--root', folder], {
    cwd: folder,
  });
  return { code, lastLine: output.trimEnd().split('\n').at(-1) ?? '' };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('counts tests that passed and leaves out those that were skipped', async () => {
  const result = await run({
    'a.test.js': `test('a', () => {}); test.skip('b', () => {}); describe('c', () => test('d', () => {}));`,
  });
  expect(result).toEqual({ code: 0, lastLine: '2 passed, 0 failed' });
});

test('counts failed tests, files that do not load, hooks that throw and errors that nobody handled', async () => {
  const result = await run({
    'failing.test.js': `test('a', () => { expect(1).toBe(2); }); test('b', () => {});`,
    'unloadable.test.js': `throw new Error('does not load');`,
    'hook.test.js': `describe('s', () => { afterAll(() => { throw new Error('hook'); }); test('c', () => {}); });`,
    'unhandled.test.js': `test('d', () => { Promise.reject(new Error('nobody')); });`,
  });
  expect(result).toEqual({ code: 1, lastLine: '3 passed, 4 failed' });
});

test('a run without a test fails', async () => {
  expect(await run({})).toEqual({ code: 1, lastLine: '0 passed, 1 failed' });
  expect(await run({ 'skipped.test.js': `test.skip('a', () => {});` })).toEqual({
    code: 1,
    lastLine: '0 passed, 1 failed',
  });
});
