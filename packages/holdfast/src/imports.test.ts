import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import { main } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-imports-'));
afterAll(() => rmSync(folder, { recursive: true }));

const files = {
  'package.json': '{"name": "app", "main": "./src/main.ts"}',
  'src/main.ts': "import './one.ts';\nimport 'left-pad';",
  'src/one.ts': "import './two.ts';",
  'src/two.ts': "import './one.ts'; import './gone.ts';",
  'src/coverage/real.ts': '',
  'coverage/report.js': '',
  'node_modules/left-pad/index.js': '',
  'dist/main.js': '',
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const imports = (...args: string[]) => outputOf((lines) => main(['imports', ...args], lines));

describe('holdfast imports', () => {
  test('tells circles, files that nothing leads to, and imports that lead nowhere', async () => {
    const { code, out } = await imports(folder);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        '4 files, 3 imports between them, 1 package from outside',
        '',
        '1 circle:',
        '  src/one.ts -> src/two.ts -> src/one.ts',
        '',
        '1 file that nothing leads to:',
        '  src/coverage/real.ts',
        '',
        '1 import that leads nowhere:',
        '  src/two.ts:1 ./gone.ts',
        '',
        'imported most:',
        '  2 src/one.ts',
        '  1 src/two.ts',
      ].join('\n'),
    );
  });

  test('with --check its exit code says whether all is well', async () => {
    expect((await imports(folder, '--check')).code).toBe(1);
    expect((await imports(join(folder, 'src/coverage'), '--check')).code).toBe(0);
  });

  test('takes further entries', async () => {
    expect((await imports(folder, '--entry', './src/coverage/')).out).toContain(
      'no file that nothing leads to',
    );
  });

  test('gives JSON, and drawings for Graphviz and Mermaid', async () => {
    const { out } = await imports(folder, '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({
      packages: { 'left-pad': 1 },
      cycles: [{ way: ['src/one.ts', 'src/two.ts'] }],
    });
    expect((await imports(folder, '--format', 'dot')).out).toContain('"src/main.ts" -> "src/one.ts";');
    expect((await imports(folder, '--format', 'mermaid', '--depth', '1')).out).toBe(
      'flowchart LR\n  n0["src"]',
    );
  });

  test.each([
    [[join(folder, 'none')], 'is no folder'],
    [[folder, '--format', 'svg'], '--format takes text, json, dot, mermaid, not svg'],
    [[folder, '--depth', '0'], '--depth takes a whole number from 1 on, not 0'],
    [[folder, '--unknown'], "Unknown option '--unknown'"],
    [[folder, folder], 'takes one folder'],
  ])('refuses %j', async (args, message) => {
    const { code, error } = await imports(...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  test('explains itself', async () => {
    expect((await imports('--help')).out).toContain('--entry <path>');
  });
});
