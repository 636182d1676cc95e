// Goal: what holds on simulated disks holds on this machine's. Method: a process that writes without end is killed again
// and again; works on a file system that fills up; and meets a kernel whose flushes fail, as strace makes them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournalFolder } from '../../src/node/index.ts';
import { recordAt } from './record-at.ts';

const program = fileURLToPath(new URL('writer.ts', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-real-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The process that writes, and what it was promised. */
class Writer {
  readonly process: ChildProcess;
  accepted = 0;
  opened = -1;
  snapshot: string | undefined;
  readonly refusals: string[] = [];
  readonly #ended: Promise<void>;
  #noticed: () => void = () => {};

  constructor(path: string, args: readonly string[] = [], wrapper: readonly string[] = []) {
    const [command, ...rest] = [
      ...wrapper,
      ...[process.execPath, '--import', 'tsx', '--conditions=@holdfast/source', program, path, ...args],
    ];
    this.process = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(this.process.stdout!);
    lines.on('line', (line) => this.#take(line));
    this.#ended = new Promise((resolve) => this.process.once('close', () => resolve()));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#noticed = resolve;
        void this.#ended.then(resolve);
      });
      const { exitCode, signalCode } = this.process;
      if ((exitCode ?? signalCode) !== null && !condition()) throw new Error('the writer has ended');
    }
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }

  #take(line: string): void {
    const [what, value] = line.split(' ') as [string, string];
    if (what === 'accepted') this.accepted = Math.max(this.accepted, Number(value));
    if (what === 'open') this.opened = Number(value);
    if (what === 'snapshot') this.snapshot = value;
    if (what === 'refused') this.refusals.push(value);
    this.#noticed();
  }
}

/** Opens the journal, and compares what it holds with what was promised. */
async function check(path: string, { accepted, snapshot }: Writer): Promise<number> {
  const { journal, close } = await openJournalFolder(path, { segmentBytes: 65_536 });
  expect(journal.nextPosition).toBeGreaterThanOrEqual(accepted);
  let next = journal.firstPosition;
  for await (const { position, bytes } of journal.read(next)) {
    expect(position).toBe(next++);
    if (Buffer.compare(bytes, recordAt(position)) !== 0) throw new Error(`record ${position} is another one`);
  }
  expect(next).toBe(journal.nextPosition);
  if (snapshot !== undefined) expect(journal.snapshots.list().length).toBeGreaterThan(0);
  for (const { id } of journal.snapshots.list()) {
    const reader = await journal.snapshots.open(id);
    expect((await reader.read(0, 20_000)).length).toBe(10_000);
    await reader.close();
  }
  await close();
  return next;
}

test('a process that is killed again and again loses nothing that it was promised', async () => {
  let next = 0;
  for (let life = 0; life < 8; life++) {
    const writer = new Writer(folder, ['compact']);
    await writer.until(() => writer.accepted >= next + 200 + life * 157);
    await writer.kill();
    expect(writer.opened).toBe(next);
    next = await check(folder, writer);
  }
  expect(next).toBeGreaterThan(1_000);
}, 120_000);

describe('on a file system that fills up', () => {
  const mounted = mkdtempSync(join(tmpdir(), 'holdfast-small-'));
  const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', mounted]).status === 0;
  if (canMount) spawnSync('umount', [mounted]);
  rmSync(mounted, { recursive: true });

  test.skipIf(!canMount)(
    'it turns read-only, loses nothing, and goes on when there is room',
    async () => {
      const small = join(folder, 'small');
      mkdirSync(small);
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
      try {
        const filler = join(small, 'filler');
        writeFileSync(filler, new Uint8Array(1_500_000));
        const writer = new Writer(join(small, 'owned'));
        await writer.until(() => writer.refusals.length > 5);
        expect(new Set(writer.refusals)).toEqual(new Set(['JOURNAL_FULL']));
        expect(statfsSync(small).bavail * statfsSync(small).bsize).toBeLessThan(200_000);
        const { accepted } = writer;
        rmSync(filler);
        await writer.until(() => writer.accepted > accepted);
        await writer.kill();
        await check(join(small, 'owned'), writer);
      } finally {
        spawnSync('umount', [small]);
      }
    },
    60_000,
  );
});

test('a flush that fails ends the journal for good, and what was promised before is there', async () => {
  const strace = process.env['HOLDFAST_STRACE_PROGRAM'];
  if (strace === undefined) {
    throw new Error('HOLDFAST_STRACE_PROGRAM is not set: run these tests with npm run test:services');
  }
  const wrapper = [strace, '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fdatasync,pwrite64'];
  // Those of the opening succeed, and some more. Records are written and flushed in one call (O_DSYNC).
  const writer = new Writer(folder, [], [...wrapper, '-e', 'inject=fdatasync,pwrite64:error=EIO:when=60+']);
  await writer.until(() => writer.refusals.length >= 8);
  expect(new Set(writer.refusals)).toEqual(new Set(['JOURNAL_FAILED']));
  expect(writer.accepted).toBeGreaterThan(0);
  await writer.kill();
  await check(folder, writer);
}, 60_000);
