import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { main } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-cluster-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function failure(...args: string[]) {
  const lines: string[] = [];
  const code = await main(['cluster', ...args], {
    out: () => {},
    error: (line: string) => lines.push(line),
  });
  return { code, error: lines.join('\n') };
}

test('a command that is not whole says how it is written', async () => {
  expect(await failure('member', 'add')).toEqual({
    code: 2,
    error: 'holdfast: it is written: holdfast cluster member add <name> --peer-urls <urls> [--learner]',
  });
});

test('a command that is not there is named as it was given', async () => {
  expect((await failure('member', 'rename', 'a')).error).toContain("no command 'member rename'");
  expect((await failure('rename', 'a')).error).toContain("no command 'rename'");
});

test('a snapshot that cannot be saved where it should be is a failure, which names the file', async () => {
  const { code, error } = await failure('snapshot', 'save', join(folder, 'missing', 'snapshot'));
  expect(code).toBe(1);
  expect(error).toContain(join(folder, 'missing'));
});

test('a file that is no snapshot is named', async () => {
  const file = fileURLToPath(import.meta.url);
  const { code, error } = await failure('snapshot', 'status', file);
  expect(code).toBe(1);
  expect(error).toBe(`holdfast: ${file}: this cannot be restored: it is no snapshot of a Holdfast cluster`);
});
