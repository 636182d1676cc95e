// Goal: one process has the folder of a ledger; others look in, leave messages and wait, whether it has an owner or not.
// Method: real processes, one of them killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep } from '@holdfast/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedger } from '../../src/index.ts';
import { folderEngine } from '../../src/node/index.ts';
import { CountingDefinition } from './counting-definition.ts';

const program = fileURLToPath(new URL('folder-owner.ts', import.meta.url));
const counting = new CountingDefinition();
const message = Uint8Array.of(1);
let folder: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'));
  children = [];
});

afterEach(async () => {
  for (const child of children) await end(child, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

async function startOwner(): Promise<ChildProcess> {
  const args = ['--import', 'tsx', '--conditions=@holdfast/source', program, folder];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  for await (const line of createInterface(child.stdout!)) if (line === 'ready') return child;
  throw new Error('the owner has ended');
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

describe('the folder of a ledger', () => {
  test('has its owner asked by other processes', async () => {
    const owner = await startOwner();
    const engine = folderEngine(folder);
    await expect(openLedger({ engine, definitions: [counting] })).rejects.toMatchObject({
      code: 'FOLDER_OWNED',
      context: { pid: owner.pid },
    });
    const visit = await engine.visit();
    expect(await visit.read('a')).toMatchObject({ id: 'a', type: counting.type, status: 'running' });
    expect(await visit.read('b')).toBeUndefined();
    expect((await visit.list({ status: 'running' })).runs.map(({ id }) => id)).toEqual(['a']);
    expect(await visit.post('b', message)).toBe('unknown');
    const tooLarge = visit.post('a', new Uint8Array(50_000));
    await expect(tooLarge).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(visit.list({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const ended = visit.ended('a');
    const aborting = new AbortController();
    const aborted = expect(visit.ended('a', aborting.signal)).rejects.toMatchObject({ code: 'ABORTED' });
    aborting.abort();
    await aborted;
    expect(await visit.post('a', message)).toBe('posted');
    const run = await ended;
    expect(run?.status).toBe('ended');
    expect(counting.result(run!.records)).toBe(3);
    await visit.close();
    await expect(visit.read('a')).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
  });

  test('is opened for a look when its owner was killed, and its runs go on at the next one', async () => {
    await end(await startOwner(), 'SIGKILL');
    const visit = await folderEngine(folder).visit();
    expect((await visit.read('a'))?.status).toBe('running');
    expect(await visit.post('a', message)).toBe('posted');
    const ended = visit.ended('a');
    await using ledger = await openLedger({ engine: folderEngine(folder), definitions: [counting] });
    expect(await (await ledger.find(counting, 'a'))!.result).toBe(3);
    expect((await ended)?.status).toBe('ended');
    await visit.close();
  });

  test('answers who is asking its owner while that is killed; what may not be done twice fails', async () => {
    const owner = await startOwner();
    const visit = await folderEngine(folder).visit();
    owner.kill('SIGSTOP');
    const read = visit.read('a');
    const posted = expect(visit.post('a', message)).rejects.toMatchObject({ code: 'OWNER_HUNG_UP' });
    await sleep('200ms');
    await end(owner, 'SIGKILL');
    expect((await read)?.status).toBe('running');
    await posted;
    await visit.close();
  });

  test('is not made by a look', async () => {
    await expect(folderEngine(folder).visit()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      context: { field: 'path' },
    });
  });

  test('is let go when it is closed, whoever waits', async () => {
    const owner = await startOwner();
    const visit = await folderEngine(folder).visit();
    const ended = visit.ended('a');
    ended.catch(() => {});
    await sleep('100ms');
    const gone = new Promise((resolve) => owner.once('exit', resolve));
    owner.stdin!.end('close\n');
    await gone;
    await using ledger = await openLedger({ engine: folderEngine(folder), definitions: [counting] });
    await ledger.post('a', message);
    expect((await ended)?.status).toBe('ended');
    await visit.close();
  });
});
