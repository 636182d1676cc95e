// Goal: a stuck compensation is seen and resolved from another process than the one that owns the ledger, and in a cluster
// as well. Method: the built command line, beside a process that owns a folder, and a node with a ledger in it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { clusterClient, nativeChannels, startNode } from '@holdfast/cluster';
import { platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import { freePorts } from '@holdfast/runtime/testkit';
import { openLedger, saga, storeLedger, terminal } from '@holdfast/transactions';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommandProcess } from './command-process.ts';

const ownerEntry = fileURLToPath(new URL('saga-owner.mjs', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-saga-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function command(...args: string[]) {
  const process = new CommandProcess(['saga', ...args]);
  const { code } = await process.exited;
  return { code, out: process.out.join('\n'), error: process.error.join('\n') };
}

async function stuck(...ledger: string[]): Promise<void> {
  await expect
    .poll(async () => (await command('list', '--status', 'stuck', ...ledger)).out, { timeout: 20_000 })
    .toContain('order-17');
}

test('in a folder that another process owns', async () => {
  const owner: ChildProcess = spawn(process.execPath, [ownerEntry, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface({ input: owner.stdout! });
  const said: string[] = [];
  lines.on('line', (line) => said.push(line));
  // A process may be gone before all that it said has been read.
  const saidAll = once(lines, 'close');
  try {
    await once(lines, 'line');
    await stuck('--dir', folder);
    const shown = await command('show', 'order-17', '--dir', folder);
    expect(shown.out).toContain('the warehouse has changed its interface');
    const resolved = await command('resolve', 'order-17', 'reserve', '--dir', folder);
    expect(resolved).toMatchObject({ code: 0, error: '' });
    await saidAll;
    expect(JSON.parse(said[1]!)).toMatchObject({ status: 'rolled-back', step: 'charge' });
    // Nobody owns it any more: it is opened for the look.
    expect((await command('show', 'order-17', '--dir', folder)).out).toContain('rolled back');
  } finally {
    owner.kill('SIGKILL');
  }
});

test('in a cluster', async () => {
  const [client, native, peer] = await freePorts(3);
  const node = await startNode({
    dataDir: folder,
    listenClientUrls: [`http://127.0.0.1:${client}`],
    listenNativeUrls: [`tcp://127.0.0.1:${native}`],
    listenPeerUrl: `http://127.0.0.1:${peer}`,
  });
  const { clock, random, timers } = platformWorld();
  const world = { clock, random, timers, network: nodeNetwork() };
  const store = clusterClient({ endpoints: [`127.0.0.1:${native}`], channels: nativeChannels(world), world });
  const order = saga('order', { version: 1 })
    .step('reserve', {
      do: () => 7,
      undo: () => {
        throw new TypeError('the warehouse has changed');
      },
    })
    .pivot('charge', {
      do: () => {
        throw terminal('no money');
      },
    });
  const ledger = await openLedger({ engine: storeLedger({ store }), definitions: [order] });
  try {
    const run = await ledger.start(order, undefined, { id: 'order-17' });
    const places = [
      ['--endpoints', `127.0.0.1:${native}`],
      ['--endpoints', `http://127.0.0.1:${client}`],
    ];
    for (const place of places) await stuck(...place);
    expect((await command('list', '--endpoints', `127.0.0.1:${native}`, '--prefix', 'other/')).out).toBe(
      'no saga',
    );
    expect(await command('skip', 'order-17', 'reserve', ...places[1]!)).toMatchObject({ code: 0, error: '' });
    expect(await run.result).toMatchObject({ status: 'rolled-back', skipped: ['reserve'] });
  } finally {
    await ledger.close();
    await store.close();
    await node.stop();
  }
});
