// Goal: whoever types the command gets a console, is told where it is, and can end it; what cannot work is refused by name.
// Method: the command with a stand-in for the process's signals, on free ports and in a folder of its own.
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../cli.ts';
import { consoleFlags } from './console-flags.ts';
import { runConsole } from './run-console.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const quiet = ['--port', '0', '--otlp-grpc-port', 'off', '--otlp-http-port', 'off'];

/** Runs it until it says where it is, does `work`, and signals it. */
async function runUntil(args: readonly string[], work: (url: string) => Promise<void>) {
  const signals = new EventEmitter();
  const lines: string[] = [];
  const flags = consoleFlags([...quiet, '--data-dir', folder, ...args], {});
  if (flags === 'help') throw new Error('no help was asked for');
  const output = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
  const running = runConsole(flags, output, signals as unknown as NodeJS.Process);
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await work(lines[0]!.replace('holdfast console: ', ''));
  signals.emit('SIGTERM');
  return { code: await running, lines };
}

test('it says where it is, with a token that is the same next time', async () => {
  let first = '';
  const { code } = await runUntil([], async (url) => {
    first = new URL(url).hash;
    const answer = await fetch(new URL('/api/v1/status', url), {
      headers: { authorization: `Bearer ${first.slice('#token='.length)}` },
    });
    expect(await answer.json()).toMatchObject({ mayAct: true });
  });
  expect(code).toBe(0);
  expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
  expect(`#token=${readFileSync(join(folder, 'token'), 'utf8').trim()}`).toBe(first);
  await runUntil([], async (url) => expect(new URL(url).hash).toBe(first));
});

test('it begins with what was recorded', async () => {
  const file = join(folder, 'spans.csv');
  const columns = 'TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano';
  writeFileSync(
    file,
    `${columns}\n${'a'.repeat(32)},${'b'.repeat(16)},root,shop-1-2,GET /,1000000000,2000000000\n`,
  );
  const { lines } = await runUntil(['--import', file], async (url) => {
    await expect
      .poll(async () => (await (await fetch(new URL('/api/v1/status', url))).json()).spans.stored, {
        timeout: 20_000,
      })
      .toBe(1);
  });
  expect(lines.at(-1)).toBe('imported 1 files: 1 spans, 0 logs, 0 points of metrics; 0 could not be read');
});

test('a token that is too short is refused, with its file', async () => {
  writeFileSync(join(folder, 'token'), 'short\n');
  const errors: string[] = [];
  const output = { out: () => undefined, error: (line: string) => errors.push(line) };
  expect(await main(['console', ...quiet, '--data-dir', folder], output)).toBe(2);
  expect(errors.join('\n')).toContain(
    `${join(folder, 'token')} has to hold a token of at least 16 characters`,
  );
});

test('what is too old to be kept is refused, not taken and forgotten', async () => {
  const file = join(folder, 'spans.csv');
  const columns = 'TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano';
  const ids = `${'a'.repeat(32)},${'b'.repeat(16)}`;
  writeFileSync(file, `${columns}\n${ids},root,shop-1-2,GET /,1000000000,2000000000\n`);
  const errors: string[] = [];
  const output = { out: () => undefined, error: (line: string) => errors.push(line) };
  const args = ['console', ...quiet, '--data-dir', folder, '--import', file, '--import-time', 'recorded'];
  expect(await main(args, output)).toBe(2);
  expect(errors.join('\n')).toContain('ended 1970-01-01T00:00:02.000Z: keep it longer');
});

test.each([
  [['--port', '70000'], "--port is '70000', but must be a whole number from 0 to 65535"],
  [['--otlp-grpc-port', 'none'], "--otlp-grpc-port is 'none', but must be a whole number from 0 to 65535"],
  [['--stored-bytes', '1000'], "--stored-bytes is '1000', but must be a whole number from 67108864"],
  [['--import-pace', 'slow'], "--import-pace is 'slow', but must be fast or recorded"],
  [['--retention', 'soon'], 'retention is "soon"'],
  [['--prot', '1'], "'holdfast console --help' lists the options"],
])('%j is refused by name', async (args, message) => {
  const errors: string[] = [];
  const output = { out: () => undefined, error: (line: string) => errors.push(line) };
  expect(await main(['console', ...quiet, '--data-dir', folder, ...args], output)).toBe(2);
  expect(errors.join('\n')).toContain(message);
});
