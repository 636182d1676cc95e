import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import { readTraceDocument } from '../trace/read-trace-document.ts';
import { type ChaosTestOptions, chaosTest } from './chaos-test.ts';

interface Declared {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly timeoutMillis: number | undefined;
}

function declare(scenario: AnyScenario, options: ChaosTestOptions = {}): Declared {
  let declared: Declared | undefined;
  chaosTest('the register keeps what it acknowledged', scenario, {
    ...options,
    test: (name, run, timeoutMillis) => {
      declared = { name, run, timeoutMillis };
    },
  });
  return declared!;
}

const harmless = primaryBackup(['n1', 'n2', 'n3'], { check: () => undefined, progress: () => true });

afterEach(() => {
  delete process.env['HOLDFAST_SEED'];
  delete process.env['HOLDFAST_SEEDS'];
});

describe('chaosTest', () => {
  test('passes when every seed passes, with the name and the time it was given', async () => {
    const { name, run, timeoutMillis } = declare(harmless, { seeds: 5, timeout: '20s' });
    expect(name).toBe('the register keeps what it acknowledged');
    expect(timeoutMillis).toBe(60_000);
    await run();
  });

  test('the error says what is wrong, what it takes, what happens, and how to run it again', async () => {
    const error = await failureOf(declare(primaryBackup()));
    expect(error.code).toBe('SCENARIO_FAILED');
    expect(error.message).toMatch(/^primary-backup failed \((check|liveness)\) with seed \d+: /);
    expect(error.message).toMatch(/shrunk in \d+ runs to \d+ decisions?/);
    expect(error.message).toMatch(/replay: HOLDFAST_SEED=\d+ and this test again/);
    expect(error.message).toMatch(/FAILURE: /);
    expect(error.message.split('\n').length).toBeLessThan(80);
  });

  test('HOLDFAST_SEED runs that seed again, and no other', async () => {
    const { message } = await failureOf(declare(primaryBackup()));
    process.env['HOLDFAST_SEED'] = /HOLDFAST_SEED=(\d+)/.exec(message)![1]!;
    expect((await failureOf(declare(primaryBackup(), { seeds: 1 }))).message).toBe(message);
    process.env['HOLDFAST_SEED'] = 'a seed that passes';
    await declare(harmless, { seeds: 1_000_000 }).run();
  });

  test('HOLDFAST_SEEDS runs so many', async () => {
    process.env['HOLDFAST_SEEDS'] = '2';
    let runs = 0;
    const counted = primaryBackup(['n1'], {
      check: () => {
        runs++;
        return undefined;
      },
    });
    await declare(counted, { seeds: 1_000_000, runTwiceEvery: 0 }).run();
    expect(runs).toBe(2);
    process.env['HOLDFAST_SEEDS'] = 'many';
    expect((await failureOf(declare(counted))).message).toContain('HOLDFAST_SEEDS is "many"');
  });

  test('seeds that did not get their turn are no success', async () => {
    const error = await failureOf(declare(harmless, { seeds: 1_000_000, timeout: 50 }));
    expect(error.code).toBe('SEEDS_UNFINISHED');
    expect(error.message).toMatch(/: \d+ of 1000000 seeds passed within 50 ms/);
  });

  test('writes the failure as a page, a trace and a replay where it is told to', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'holdfast-chaos-')), 'reports');
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { message } = await failureOf(declare(primaryBackup(), { report: folder }));
    const files = readdirSync(folder).sort();
    expect(files.map((file) => file.replace(/\d+/, 'N'))).toEqual([
      'primary-backup-N.html',
      'primary-backup-N.replay.json',
      'primary-backup-N.trace.json',
    ]);
    for (const file of files) expect(message).toContain(`written: ${join(folder, file)}`);
    const trace = readTraceDocument(JSON.parse(readFileSync(join(folder, files[2]!), 'utf8')));
    expect(trace.events.some(({ what }) => what === 'failure')).toBe(true);
  });

  test('a report that cannot be written is said, and costs nothing of the failure', async () => {
    const { message } = await failureOf(
      declare(primaryBackup(), { report: new URL(import.meta.url).pathname }),
    );
    expect(message).toContain('FAILURE: ');
    expect(message).toMatch(/the report could not be written: Error: E/);
  });

  test('says what to do where the runner has no global test', () => {
    const globals = globalThis as { test?: unknown };
    const before = globals.test;
    globals.test = undefined;
    onTestFinished(() => {
      globals.test = before;
    });
    expect(() => chaosTest('x', harmless)).toThrow("import { test } from 'vitest'");
  });
});

test('runs under node:test, and fails there as any test does', () => {
  const file = new URL('../../test/chaos-test.node.ts', import.meta.url).pathname;
  expect(existsSync(file)).toBe(true);
  const args = ['--conditions=@holdfast/source', '--import', 'tsx', '--test-reporter=tap', file];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  expect(status, stdout).toBe(1);
  expect(stdout).toMatch(/^ok 1 - one that holds/m);
  expect(stdout).toMatch(/^not ok 2 - one that does not/m);
  expect(stdout).toContain('HOLDFAST_SEED=');
});

async function failureOf({ run }: Declared): Promise<Error & { readonly code?: string }> {
  try {
    await run();
  } catch (error) {
    return error as Error & { readonly code?: string };
  }
  throw new Error('The chaos test passed.');
}
