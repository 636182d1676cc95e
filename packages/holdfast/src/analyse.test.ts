import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from './cli.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function call(...args: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await main(args, { out: (line) => out.push(line), error: (line) => error.push(line) });
  return { code, out, error };
}

const timeout = { type: 'timeout', duration: '1s' };
const retry = { type: 'retry', maxAttempts: 3, backoff: { type: 'constant', delay: '1s' }, retryAfterMax: 0 };

describe('analyse', () => {
  test('prints the worst case', async () => {
    const path = file('good.json', { policies: [retry, timeout] });
    expect(await call('analyse', path)).toEqual({
      code: 0,
      error: [],
      out: [
        'In the worst case, one call',
        '  makes     3 attempts',
        '  takes     5s',
        'and all calls together',
        '  run       any number at once',
        '',
        'Nothing is wrong with the order.',
      ],
    });
  });

  test('prints what is wrong with the order, and fails where a policy is useless', async () => {
    const doubtful = await call('analyse', file('doubtful.json', { policies: [retry] }));
    expect(doubtful).toMatchObject({ code: 0 });
    expect(doubtful.out).toContain('  takes     for ever');
    expect(doubtful.out.at(-1)).toMatch(/^warning RETRY_WITHOUT_TIMEOUT: An attempt that hangs/);
    const wrong = file('wrong.json', { policies: [timeout, { ...timeout, name: 'inner' }] });
    expect(await call('analyse', wrong)).toMatchObject({
      code: 1,
      out: expect.arrayContaining([expect.stringMatching(/^error TIMEOUT_WITHOUT_EFFECT: /)]),
    });
  });

  test('prints JSON for programs', async () => {
    const { code, out } = await call('analyse', '--json', file('json.json', { policies: [retry] }));
    expect([code, JSON.parse(out.join('\n'))]).toEqual([
      0,
      {
        attempts: 3,
        latency: null,
        concurrency: null,
        findings: [
          expect.objectContaining({ code: 'LATENCY_UNBOUNDED', policies: [] }),
          expect.objectContaining({ code: 'RETRY_WITHOUT_TIMEOUT', policies: ['retry'] }),
        ],
      },
    ]);
  });
});

test('validate prints every problem on a line of its own', async () => {
  const path = file('broken.json', { policies: [{ type: 'timeout', duration: 0 }, { type: 'brake' }] });
  const { code, error } = await call('validate', path);
  expect([code, error]).toEqual([
    1,
    [
      `${path}: policies[0].duration is 0, but must be a number of milliseconds or a string such as '250ms', '1.5s' or '2m', longer than zero`,
      expect.stringContaining(`${path}: policies[1].type is "brake", but must be one of`),
    ],
  ]);
  expect(await call('analyse', path)).toEqual({ code, error, out: [] });
  const good = file('valid.json', { policies: [timeout] });
  expect(await call('validate', good)).toEqual({ code: 0, out: [`${good} can be used`], error: [] });
});

test('what it does not understand it says in one line, with exit code 2', async () => {
  const missing = join(folder, 'missing.json');
  expect(await call('validate')).toMatchObject({
    code: 2,
    error: ['holdfast: validate takes one file: holdfast validate <config.json>'],
  });
  expect(await call('analyse', 'a', 'b')).toMatchObject({
    code: 2,
    error: ['holdfast: analyse takes one file: holdfast analyse <config.json> [--json]'],
  });
  expect(await call('analyse', '--yaml', 'a')).toMatchObject({
    code: 2,
    error: ['holdfast: analyse does not know --yaml'],
  });
  expect(await call('analyse', missing)).toMatchObject({
    code: 2,
    error: [expect.stringMatching(/^holdfast: cannot read .*missing\.json: ENOENT/)],
  });
  expect(await call('validate', file('text.json', '{ policies'))).toMatchObject({
    code: 2,
    error: [expect.stringMatching(/^holdfast: .*text\.json is not JSON: /)],
  });
});
