// Goal: services that are killed lose nothing and double nothing. Method: two services in processes of their own, with
// databases in files and a real NATS server between them; SIGKILL at random moments, and a new process each time.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom, sleep } from '@holdfast/core';
import { openMemoryJournal } from '@holdfast/storage';
import { openJournalFolder } from '@holdfast/storage/node';
import { openEmbeddedDatabase, openEventStore, startMonitor } from '@holdfast/transactions';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { natsBroker } from '../src/index.ts';
import { PrivateNats } from './private-nats.ts';
import { seats, tripIds, trips } from './trips.ts';

const program = fileURLToPath(new URL('trip-service.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'holdfast-trips-'));
const running = new Map<string, ChildProcess>();

let nats: PrivateNats;
beforeAll(async () => {
  nats = await PrivateNats.start(process.env['HOLDFAST_NATS_SERVER']!);
});
afterAll(async () => {
  await Promise.all([...running.keys()].map(kill));
  await nats.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<void> {
  const args = [
    '--import',
    'tsx',
    '--conditions=@holdfast/source',
    program,
    name,
    join(folder, name),
    `${nats.port}`,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.set(name, child);
  await once(child.stdout!, 'data');
}

async function kill(name: string): Promise<void> {
  const child = running.get(name);
  if (child === undefined || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function keys(name: string, table: string): Promise<string[]> {
  const { journal } = await openJournalFolder(join(folder, name));
  const database = await openEmbeddedDatabase({ journal });
  const found = await database.transact(async (transaction) =>
    Array.from(transaction.rows(table), ([key]) => key).sort(),
  );
  await database.close();
  return found;
}

test('each trip is booked on both sides or on none, however often services are killed', async () => {
  const random = seededRandom(1);
  const names = ['hotel', 'airline'];
  const restarting = names.map(async (name) => {
    for (let life = 0; life < 3; life++) {
      await start(name);
      await sleep(20 + random.below(300));
      await kill(name);
    }
    await start(name);
  });
  const broker = await natsBroker({ connection: await nats.connect(), stream: 'killed' });
  const store = await openEventStore({ journal: await openMemoryJournal() });
  const monitor = startMonitor({ choreography: trips, broker, store });
  await Promise.all(restarting);

  const outcomes = new Map<string, string | undefined>();
  while (outcomes.size < tripIds.length) {
    for (const id of tripIds) {
      const { status, outcome } = await monitor.where(id);
      if (status === 'ended') outcomes.set(id, outcome);
    }
    await sleep('100ms');
  }
  await monitor.close();
  await broker.close();
  for (const name of names) await kill(name);

  const booked = tripIds.filter((id) => outcomes.get(id) === 'booked').sort();
  expect(booked).toHaveLength(seats);
  expect(await keys('hotel', 'rooms')).toEqual(booked);
  expect(await keys('airline', 'seats')).toEqual(booked);
}, 180_000);
