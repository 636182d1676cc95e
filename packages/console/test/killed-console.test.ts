// Goal: whatever a sender was told is taken is there after the console was killed, whenever that was, and after its disk was
// full. Method: a real process that takes requests from several senders at once and is killed by SIGKILL in the midst of them,
// two lives in one folder; each request has a trace of its own, so that the answers say what has to be there. And one whose
// files may not grow.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleChild, newTraceId } from './console-child.ts';

const lives = 2;
const senders = 4;
const spansInRequest = 20;

let dataDir: string;
let console_: ConsoleChild;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
});

afterEach(async () => {
  await console_.kill();
  await rm(dataDir, { recursive: true });
});

test('what was acknowledged survives SIGKILL', async () => {
  const acknowledged: string[] = [];
  for (let life = 0; life < lives; life++) {
    console_ = await ConsoleChild.start(dataDir);
    const before = acknowledged.length;
    const sending = Promise.all(Array.from({ length: senders }, () => sendOn(console_, acknowledged)));
    // In the midst of it, and not at the same place each time.
    while (acknowledged.length - before < 40 + life * 35)
      await new Promise((resolve) => setTimeout(resolve, 2));
    await console_.kill();
    await sending;
  }
  console_ = await ConsoleChild.start(dataDir);
  const stored = await console_.stored();
  expect(acknowledged.filter((traceId) => stored.get(traceId) !== spansInRequest)).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(100);
  // And live views are as they were: the rate is counted from what is stored.
  const overview = await fetch(`${console_.url}/api/v1/overview`);
  const { services } = (await overview.json()) as { services: { name: string; red: { count: number } }[] };
  expect(services[0]?.red.count).toBe([...stored.values()].reduce((sum, count) => sum + count, 0));
}, 120_000);

test('on a full disk it says that it takes no more, still answers, and goes on when there is room', async () => {
  console_ = await ConsoleChild.start(dataDir, 4_000);
  const acknowledged: string[] = [];
  let status = 200;
  while (status === 200) {
    const traceId = newTraceId();
    status = await console_.send(traceId, 4_000);
    if (status === 200) acknowledged.push(traceId);
  }
  expect(status).toBe(503);
  expect([...(await console_.stored()).keys()].sort()).toEqual(acknowledged.sort());

  execFileSync('prlimit', ['--pid', `${console_.pid}`, '--fsize=unlimited']);
  const after = newTraceId();
  expect(await console_.send(after, 4_000)).toBe(200);
  await console_.kill();
  console_ = await ConsoleChild.start(dataDir);
  expect([...(await console_.stored()).keys()].sort()).toEqual([...acknowledged, after].sort());
}, 120_000);

/** Sends request after request until the console is gone, and notes those that it took. */
async function sendOn(to: ConsoleChild, acknowledged: string[]): Promise<void> {
  for (;;) {
    const traceId = newTraceId();
    try {
      if ((await to.send(traceId, spansInRequest)) === 200) acknowledged.push(traceId);
    } catch {
      return;
    }
  }
}
