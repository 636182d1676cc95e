import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReplayFile, readTraceDocument } from '@holdfast/simulation';
import { afterAll, describe, expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import { main } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-prove-'));
afterAll(() => rmSync(folder, { recursive: true }));
const plain = fileURLToPath(new URL('../package.json', import.meta.url));
const file = fileURLToPath(new URL('../test/payments.scenario.ts', import.meta.url));

const prove = (...args: string[]) => outputOf((lines) => main(['prove', ...args], lines));

/** A report folder of its own, and the files in it by kind. */
function report(name: string) {
  const path = join(folder, name);
  return {
    path,
    files: () =>
      readdirSync(path)
        .sort()
        .map((each) => join(path, each)),
  };
}

describe('holdfast prove', () => {
  test('finds, shrinks, tells and writes the failure, and exits with 1', async () => {
    const { path, files } = report('found');
    const { code, out, error } = await prove(file, '--scenario', 'forgetful-bank', '--report', path);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^forgetful-bank failed \(invariant\) with seed \d+: no order is paid twice: order \d/,
    );
    expect(out).toMatch(/shrunk in \d+ runs to [1-4] decisions/);
    expect(out).toMatch(/FAILURE: no order is paid twice/);
    expect(error).toMatch(/seed \d+ failed, shrinking/);
    const [page, replay, trace] = files();
    expect(readFileSync(page!, 'utf8')).toContain('<!doctype html>');
    expect(readReplayFile(JSON.parse(readFileSync(replay!, 'utf8')))).toMatchObject({
      scenario: 'forgetful-bank',
    });
    const document = readTraceDocument(JSON.parse(readFileSync(trace!, 'utf8')));
    expect(document.hosts).toEqual(['shop', 'bank']);
    expect(document.replay).toBe(`npx holdfast prove ${file} --scenario forgetful-bank --replay ${replay}`);
  });

  test('the line and the file that it names make the failure again', async () => {
    const { path, files } = report('again');
    const first = await prove(file, '--scenario', 'forgetful-bank', '--report', path);
    const [, ...line] = /^replay: npx holdfast (.+)$/m.exec(first.out)![1]!.split(' ');
    const again = await prove(...line, '--report', path);
    expect(again).toEqual({ ...first, error: again.error });
    const replayed = await prove(file, '--replay', files()[1]!);
    expect(replayed.code).toBe(1);
    expect(replayed.out).toMatch(/^forgetful-bank: invariant: no order is paid twice/);
  });

  test('prints what the guide promises', async () => {
    const guide = readFileSync(new URL('../../../docs/guide/proving.md', import.meta.url), 'utf8');
    const blocks = (language: string) =>
      [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, block]) => block!);
    const unindented = (text: string) => text.replace(/^ +/gm, '');
    const orders = join(folder, 'orders.scenario.ts');
    writeFileSync(orders, blocks('ts')[0]!);
    const { out } = await prove(orders, '--report', report('guide').path);
    // In a checkout without changes the line names its commit too.
    const told = unindented(out.replaceAll(orders, './orders.scenario.ts').replace(/ --commit \w+/, ''));
    const [found, happened] = blocks('text');
    expect(told).toContain(unindented(found!));
    expect(told).toContain(unindented(happened!));
  });

  test('what holds passes, and exits with 0', async () => {
    const { code, out } = await prove(file, '--scenario', 'bank', '--seeds', '20');
    expect(code).toBe(0);
    expect(out).toMatch(/^bank: 20 seeds passed, [\d.]+ seeds\/s, [\d.]+ virtual hours/);
  });

  test('--json prints the outcome and nothing else', async () => {
    const { path } = report('json');
    const { code, out } = await prove(file, '--seeds', '40', '--json', '--report', path);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      outcomes: [
        { scenario: 'forgetful-bank', verdict: 'invariant', files: { page: expect.stringContaining(path) } },
        { scenario: 'bank', verdict: 'passed', search: { runs: 40, stopped: 'seeds' } },
      ],
    });
  });

  test('says where a program threw', async () => {
    const broken = join(folder, 'broken.scenario.mjs');
    writeFileSync(broken, "export default { name: 'broken', state: () => 0,\n hosts: { a: () => null.x } };");
    const { code, out } = await prove(broken, '--report', report('broken').path);
    expect(code).toBe(1);
    expect(out).toMatch(/^broken failed \(crash\) with seed 0: a threw TypeError: Cannot read/);
    expect(out).toMatch(/^thrown at .*broken\.scenario\.mjs:2:25$/m);
  });

  test('a report that cannot be written is said, and costs nothing of the failure', async () => {
    const path = join(folder, 'a-file');
    writeFileSync(path, '');
    const text = await prove(file, '--scenario', 'forgetful-bank', '--report', path);
    expect(text).toMatchObject({ code: 1, out: expect.stringMatching(/FAILURE: .*\d$/) });
    expect(text.error).toContain(`holdfast: cannot write ${path}`);
    const json = await prove(file, '--scenario', 'forgetful-bank', '--report', path, '--json');
    expect(JSON.parse(json.out).outcomes[0]).not.toHaveProperty('files');
  });

  test('what programs print stays out of the way of --json', async () => {
    const noisy = join(folder, 'noisy.scenario.mjs');
    writeFileSync(
      noisy,
      `console.log('loaded');
      export default { name: 'noisy', state: () => 0, hosts: { a: () => console.info('started') } };`,
    );
    const { log, info, error } = console;
    const printed: unknown[] = [];
    Object.assign(console, {
      log: () => printed.push('log'),
      info: () => printed.push('info'),
      error: () => {},
    });
    try {
      expect(JSON.parse((await prove(noisy, '--seeds', '2', '--json')).out).outcomes).toHaveLength(1);
      expect(printed).toEqual([]);
      await prove(noisy, '--seeds', '1');
      expect(printed).toContain('info');
    } finally {
      Object.assign(console, { log, info, error });
    }
  });

  test('a single seed is shown where it passes, too', async () => {
    const page = join(folder, 'one.html');
    const { code, out, error } = await prove(file, '--scenario', 'bank', '--seed', '7', '--html', page);
    expect(code).toBe(0);
    expect(out).toMatch(/^bank: 1 seed passed/);
    expect(error).toContain(`written: ${page}`);
    expect(readFileSync(page, 'utf8')).toContain('passed');
  });

  test('a plan takes the place of drawn faults', async () => {
    const plan = join(folder, 'plan.json');
    writeFileSync(plan, JSON.stringify({ version: 1, faults: [] }));
    const quiet = await prove(file, '--scenario', 'forgetful-bank', '--plan', plan, '--seeds', '30');
    expect(quiet.code).toBe(0);
    writeFileSync(
      plan,
      JSON.stringify({ version: 1, faults: [{ kind: 'cut', from: 'nobody', to: 'bank', at: 0 }] }),
    );
    const wrong = await prove(file, '--scenario', 'bank', '--plan', plan);
    expect(wrong).toMatchObject({ code: 2, error: expect.stringContaining('faults[0].from is "nobody"') });
  });

  test.each([
    [['--help'], 0, /--strategy <name>/],
    [[], 2, /prove takes the file of a scenario/],
    [['nowhere.ts'], 2, /there is no file nowhere.ts/],
    [
      [fileURLToPath(import.meta.url).replace('prove.test', 'usage-error')],
      2,
      /must export a Scenario by default/,
    ],
    [[file, '--seeds', '0'], 2, /--seeds is 0, but must be a whole number from 1/],
    [[file, '--minutes', 'x'], 2, /--minutes is x/],
    [[file, '--strategy', 'luck'], 2, /--strategy is luck, but must be one of random, swarm/],
    [[file, '--speed', '9'], 2, /prove: Unknown option '--speed'; 'holdfast prove --help'/],
    [[file, '--seed', '1', '--seeds', '2'], 2, /--seed runs one seed/],
    [
      [file, '--seed', '1'],
      2,
      /--seed is for one scenario: choose it with --scenario, of forgetful-bank, bank/,
    ],
    [[file, '--scenario', 'x'], 2, /there is no scenario 'x'; there are forgetful-bank, bank/],
    [[file, '--replay', file], 2, /is not JSON/],
    [[file, '--replay', plain], 2, /package.json describes no run: version is "0.1.0", but must be 1/],
    [
      [file, '--replay', plain, '--minutes', '1'],
      2,
      /^holdfast: --replay names a whole run: leave --minutes out/,
    ],
    [[file, '--seed', '1', '--first-seed', '2'], 2, /--seed runs one seed: leave --first-seed out/],
    [[folder], 2, /there is no file/],
    [[file, 'another.ts'], 2, /takes one thing at a time/],
  ])('%j exits with %i and says so', async (args, code, message) => {
    const result = await prove(...args);
    expect(result.code).toBe(code);
    expect(code === 0 ? result.out : result.error).toMatch(message);
  });
});
