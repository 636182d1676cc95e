// Goal: one process has a folder at a time, and the end of a process, however it ends, leaves nothing that stands in the
// way. Method: real processes that start at once, are killed and stopped; and many starts within one process, whose steps
// interleave far more tightly.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isHoldfastError } from '@holdfast/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askOwner } from './ask-owner.ts';
import { type FolderOwnership, ownFolder } from './own-folder.ts';

const program = fileURLToPath(new URL('../../test/folder/contender.ts', import.meta.url));
let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-folder-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

class Contender {
  readonly process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(path: string, wrapper: readonly string[] = []) {
    const [command, ...args] = [
      ...wrapper,
      ...[process.execPath, '--import', 'tsx', '--conditions=@holdfast/source', program, path],
    ];
    this.process = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(this.process);
    this.#lines = createInterface(this.process.stdout!)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    return (await this.#lines.next()).value;
  }

  async own(): Promise<string> {
    this.process.stdin!.write('own\n');
    return this.line();
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill(signal);
    await gone;
  }
}

async function contenders(count: number): Promise<Contender[]> {
  const started = Array.from({ length: count }, () => new Contender(folder));
  for (const contender of started) expect(await contender.line()).toBe('ready');
  return started;
}

async function outcomeOf(attempt: Promise<FolderOwnership>): Promise<FolderOwnership | string> {
  return attempt.catch((error: unknown) => (isHoldfastError(error) ? error.code : String(error)));
}

describe('of several processes', () => {
  test('one has it; when it is killed, one of those who come then has it, with no help', async () => {
    const waiting = await contenders(5);
    while (waiting.length > 0) {
      const outcomes = await Promise.all(waiting.map((contender) => contender.own()));
      const winners = waiting.filter((_, index) => outcomes[index] === 'owned');
      expect(winners.length).toBe(1);
      const [winner] = winners;
      for (const outcome of outcomes) {
        if (outcome !== 'owned') expect(outcome).toBe(`FOLDER_OWNED ${winner!.process.pid}`);
      }
      expect(await askOwner(folder, 'who')).toEqual({ request: 'who', pid: winner!.process.pid });
      await winner!.end('SIGKILL');
      waiting.splice(waiting.indexOf(winner!), 1);
    }
    await (await ownFolder(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('one that is stopped keeps it', async () => {
    const [owner] = await contenders(1);
    expect(await owner!.own()).toBe('owned');
    owner!.process.kill('SIGSTOP');
    const refused = await ownFolder(folder).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'FOLDER_OWNED', context: { pid: owner!.process.pid } });
    await expect(askOwner(folder, 'who', { timeout: '50ms' })).rejects.toMatchObject({
      code: 'OWNER_SILENT',
    });
    owner!.process.kill('SIGCONT');
    expect(await askOwner(folder, 1)).toEqual({ request: 1, pid: owner!.process.pid });
  });

  const namespaces = ['unshare', '--net', '--pid', '--uts', '--ipc', '--fork', '--mount-proc'];
  const canUnshare = spawnSync(namespaces[0]!, [...namespaces.slice(1), 'true']).status === 0;

  test.skipIf(!canUnshare)(
    'one in namespaces of its own, as in a container, is seen all the same',
    async () => {
      const ownership = await ownFolder(folder);
      const inside = new Contender(folder, namespaces);
      expect(await inside.line()).toBe('ready');
      expect(await inside.own()).toBe(`FOLDER_OWNED ${process.pid}`);
      await ownership.release();
      expect(await inside.own()).toBe('owned');
      expect(await outcomeOf(ownFolder(folder))).toBe('FOLDER_OWNED');
    },
  );
});

describe('within a process', () => {
  test('one of many starts has it, over and over', async () => {
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(ownFolder(folder))));
      const owned = outcomes.filter((outcome) => typeof outcome !== 'string');
      expect(owned.length).toBe(1);
      expect(outcomes.filter((outcome) => outcome === 'FOLDER_OWNED').length).toBe(7);
      await owned[0]!.release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('there is never more than one owner while owners and starters come and go', async () => {
    let owners = 0;
    let most = 0;
    let times = 0;
    const visitor = async (): Promise<void> => {
      for (let visit = 0; visit < 10; visit++) {
        const outcome = await outcomeOf(ownFolder(folder));
        if (typeof outcome === 'string') continue;
        most = Math.max(most, ++owners);
        times++;
        await new Promise(setImmediate);
        owners--;
        await outcome.release();
      }
    };
    await Promise.all(Array.from({ length: 6 }, visitor));
    expect(most).toBe(1);
    expect(times).toBeGreaterThan(1);
  });
});

describe('a folder', () => {
  test('is refused by its name where there is a file', async () => {
    await expect(ownFolder(program)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      context: { field: 'path' },
    });
    await expect(ownFolder(join(program, 'below'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test.runIf(process.platform === 'linux')('is refused at once where the system makes none', async () => {
    for (const path of ['/proc/holdfast', '/proc/holdfast/deeper']) {
      await expect(ownFolder(path)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`path is ${JSON.stringify(path)}`),
      });
    }
  });

  test('is made with those above it', async () => {
    const deep = join(folder, 'a', 'b');
    const ownerships = await Promise.all([ownFolder(join(deep, 'c')), ownFolder(join(deep, 'd'))]);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    for (const ownership of ownerships) await ownership.release();
  });

  test('may have a path longer than that of a socket', async () => {
    const deep = join(folder, 'x'.repeat(100), 'y'.repeat(100));
    const ownership = await ownFolder(deep, { answer: (request) => request });
    expect(await outcomeOf(ownFolder(deep))).toBe('FOLDER_OWNED');
    expect(await askOwner(deep, { a: [1] })).toEqual({ a: [1] });
    await ownership.release();
    await expect(askOwner(deep, 1)).rejects.toMatchObject({ code: 'FOLDER_NOT_OWNED' });
  });

  test('is for its owner alone, and so is its socket', async () => {
    const path = join(folder, 'new');
    const ownership = await ownFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    const [socket] = readdirSync(path);
    expect(statSync(join(path, socket!)).mode & 0o777).toBe(0o600);
    await ownership.release();
  });

  test('may hold whatever else', async () => {
    mkdirSync(join(folder, 'owner-1-0123456789abcdef-0.d'));
    const ownership = await ownFolder(folder);
    await ownership.release();
    expect(readdirSync(folder)).toEqual(['owner-1-0123456789abcdef-0.d']);
  });
});

describe('an owner', () => {
  test('passes its errors on to who asks', async () => {
    const answer = () => {
      throw new Error('no such thing');
    };
    const ownership = await ownFolder(folder, { answer });
    await expect(askOwner(folder, 1)).rejects.toMatchObject({ code: 'UNEXPECTED', message: /no such thing/ });
    await ownership.release();
  });

  test('answers who asked before it let go', async () => {
    let released: Promise<void> | undefined;
    const ownership = await ownFolder(folder, {
      answer: async () => {
        released = ownership.release();
        await new Promise((resolve) => setTimeout(resolve, 50));
        return 'done';
      },
    });
    expect(await askOwner(folder, 'whatever')).toBe('done');
    await released;
  });

  test('answers who has reached it when it lets go, whether it has heard them or not', async () => {
    const ownership = await ownFolder(folder, { answer: (request) => request });
    const path = join(folder, readdirSync(folder)[0]!);
    const accepted = connect({ path });
    await once(accepted, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 20));
    // Before the owner comes to accept this one, it lets go.
    const waiting = connect({ path });
    waiting.write('{"request":"in time"}\n');
    const answers = Promise.all([once(accepted, 'data'), once(waiting, 'data')]);
    const released = ownership.release();
    accepted.write('{"request":"at last"}\n');
    expect((await answers).map(String)).toEqual(['{"answer":"at last"}\n', '{"answer":"in time"}\n']);
    await released;
  });

  test('lets go in the end, though it has not answered', async () => {
    const ownership = await ownFolder(folder, { answer: () => new Promise(() => {}) });
    const asked = expect(askOwner(folder, 'whatever')).rejects.toMatchObject({ code: 'OWNER_HUNG_UP' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await ownership.release();
    await asked;
  });

  test('says so when it answers nothing', async () => {
    const ownership = await ownFolder(folder);
    await expect(askOwner(folder, 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await ownership.release();
  });

  test('is not harmed by what is no request', async () => {
    const ownership = await ownFolder(folder, { answer: (request) => request });
    const path = join(folder, readdirSync(folder)[0]!);
    for (const text of ['\n', 'no json\n', '{"other":1}\n', 'x'.repeat(100_000)]) {
      const socket = connect({ path });
      socket.on('error', () => {});
      socket.write(text);
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect(await askOwner(folder, 'still there')).toBe('still there');
    await ownership.release();
  });
});
