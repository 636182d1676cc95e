// Goal: whatever a sender was told is taken is there after the console was killed, whenever that was. Method: a real process that
// takes requests from several senders at once and is killed by SIGKILL in the midst of them, two lives in one folder; each
// request has a trace of its own, so that the answers say what has to be there.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const lives = 2;
const senders = 4;
const spansInRequest = 20;

let dataDir: string;
let child: ChildProcess;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
});

afterEach(async () => {
  await kill();
  await rm(dataDir, { recursive: true });
});

test('what was acknowledged survives SIGKILL', async () => {
  const acknowledged: string[] = [];
  for (let life = 0; life < lives; life++) {
    const url = await start();
    const before = acknowledged.length;
    const sending = Promise.all(Array.from({ length: senders }, () => send(url, acknowledged)));
    // In the midst of it, and not at the same place each time.
    while (acknowledged.length - before < 40 + life * 35)
      await new Promise((resolve) => setTimeout(resolve, 2));
    await kill();
    await sending;
  }
  const url = await start();
  const query = {
    sql: `SELECT trace_id, count(*)::INTEGER FROM spans GROUP BY 1 HAVING count(*) = ${spansInRequest}`,
  };
  const answer = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(query),
  });
  const { rows } = (await answer.json()) as { rows: [string, number][] };
  const stored = new Set(rows.map(([traceId]) => traceId));
  expect(acknowledged.filter((traceId) => !stored.has(traceId))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(100);
  // And live views are as they were: the rate is counted from what is stored.
  const overview = await fetch(`${url}/api/v1/overview`);
  const { services } = (await overview.json()) as { services: { name: string; red: { count: number } }[] };
  expect(services[0]?.red.count).toBe(rows.length * spansInRequest);
}, 120_000);

async function start(): Promise<string> {
  const program = fileURLToPath(new URL('console-process.ts', import.meta.url));
  child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@holdfast/source', program, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return url;
}

async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Sends request after request until the console is gone, and notes those that it took. */
async function send(url: string, acknowledged: string[]): Promise<void> {
  for (;;) {
    const traceId = crypto.randomUUID().replaceAll('-', '');
    try {
      const answer = await fetch(`${url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(exportOf(traceId)),
      });
      if (answer.status === 200) acknowledged.push(traceId);
      await answer.arrayBuffer();
    } catch {
      return;
    }
  }
}

function exportOf(traceId: string): unknown {
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: spansInRequest }, (_, index) => ({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'work',
    kind: 2,
    startTimeUnixNano: `${now}`,
    endTimeUnixNano: `${now + 1_000_000n}`,
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] };
}
