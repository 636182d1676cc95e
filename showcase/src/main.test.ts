import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { choosePorts } from './processes/ports.ts';
import type { StormReport } from './report/storm-report.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const loader = ['--conditions=@holdfast/source', '--import', 'tsx'];

/** A temporary folder for the showcase alone: its name is in the arguments of every process that it starts. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'showcase-test-'));
});
afterEach(() => {
  for (const pid of processes()) process.kill(pid, 'SIGKILL');
  rmSync(temporary, { recursive: true, force: true });
});

interface Showcase {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output(): string;
  errors(): string;
}

function start(...args: string[]): Showcase {
  const child = spawn(process.execPath, [...loader, main, ...args], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const exited = once(child, 'close').then(() => child.exitCode);
  return { child, exited, output: () => output, errors: () => errors };
}

/** Those started by the showcase, by what `part` of their arguments says. */
function processes(part = ''): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .filter((line) => line.includes(temporary) && line.includes(part))
    .map((line) => Number(line.trim().split(' ')[0]));
}

/** What the showcase has put into its temporary folder. */
function folders(): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('holdfast-'));
}

async function until(holds: () => boolean): Promise<void> {
  for (let look = 0; look < 600 && !holds(); look++) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** All five services, the console that watches them, and their guardian. */
const everybody = 7;

describe('the showcase', () => {
  test('loses and doubles nothing under Holdfast, and says so as the last line', {
    timeout: 240_000,
  }, async () => {
    const showcase = start(
      '--duration',
      '4s',
      '--seed',
      '5',
      '--rate',
      '60',
      '--stack',
      'holdfast',
      '--port',
      '0',
      '--json',
    );
    expect(await showcase.exited, showcase.errors()).toBe(0);
    const report = JSON.parse(showcase.output().trimEnd().split('\n').at(-1)!) as StormReport;
    expect(report).toMatchObject({
      seed: 5,
      durationSeconds: 4,
      verdict: { passed: true, ordersSafe: true },
    });
    const { orders, recoveries, sagas, unsettled } = report.runs.holdfast!;
    expect(orders).toMatchObject({ lost: 0, chargedTwice: 0, shippedTwice: 0, chargedForNothing: 0 });
    expect(unsettled).toBe(0);
    expect(sagas).toMatchObject({ stuck: 0, running: 0 });
    // How many come to a good end in time is the machine's to say.
    expect(sagas!.committed).toBeGreaterThanOrEqual(orders.accepted);
    expect(sagas!.committed + sagas!.rolledBack).toBeGreaterThan(0);
    expect(recoveries).toHaveLength(report.storm.length);
    expect(processes()).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves nothing behind after %s', { timeout: 120_000 }, async (signal, code) => {
    const showcase = start('--duration', '30s', '--port', '0', '--stack', 'bare');
    await until(() => processes().length === everybody);
    showcase.child.kill(signal);
    expect(await showcase.exited, showcase.errors()).toBe(code);
    expect(processes()).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test('leaves nothing behind when it is killed outright while a service is paused', {
    timeout: 120_000,
  }, async () => {
    const showcase = start('--duration', '30s', '--port', '0', '--stack', 'bare');
    await until(() => processes().length === everybody);
    const [payments] = processes('"service":"payments"');
    process.kill(payments!, 'SIGSTOP');
    showcase.child.kill('SIGKILL');
    await showcase.exited;
    await until(() => processes().length === 0 && folders().length === 0);
    expect(processes()).toEqual([]);
    expect(folders()).toEqual([]);
  });

  test('says plainly that a port is taken, which one, and what to do', { timeout: 120_000 }, async () => {
    const { payments, gateway } = await choosePorts(0);
    const other = createServer().listen(payments, '127.0.0.1');
    await once(other, 'listening');
    const showcase = start('--duration', '5s', '--port', String(gateway));
    expect(await showcase.exited).toBe(2);
    other.close();
    expect(showcase.errors()).toContain(`port ${payments}, which payments needs, is taken`);
    expect(showcase.errors()).toContain('--port');
    expect(folders()).toEqual([]);
  });

  test('refuses what it does not know, naming it', { timeout: 120_000 }, async () => {
    const showcase = start('--storms');
    expect(await showcase.exited).toBe(2);
    expect(showcase.errors()).toContain("'--storms'");
  });
});
