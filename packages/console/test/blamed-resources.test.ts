// Goal: of two services that became slow at the same time, the console blames the one whose CPU is used up, and says so. Method: a console
// that heard their spans and metrics all the while.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Overview } from '../src/api/console-api.ts';
import { type OpenConsole, openConsole } from '../src/open-console.ts';
import { batchOf, type SpanWords } from './span-batches.ts';

const now = Date.now();
const [heard, trouble] = [180_000, 40_000];
const [everySpan, everyPoint] = [200, 5_000];

let dataDir: string;
let console_: OpenConsole;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-blamed-'));
  console_ = await openConsole({ dataDir, port: 0, otlpHttpPort: false, otlpGrpcPort: false });
  await sendMetrics();
  await console_.sink.addSpans(batchOf(spans()));
}, 60_000);

afterAll(async () => {
  await console_.close();
  await rm(dataDir, { recursive: true });
});

/** A gateway asks stock, then payments; in the trouble both take 100 ms longer. */
function spans(): SpanWords[] {
  const all: SpanWords[] = [];
  for (let ago = heard; ago > 0; ago -= everySpan) {
    const took = ago > trouble ? 10 : 110;
    const at = now - ago;
    const call = (id: number, service: string, start: number): SpanWords[] => [
      {
        ...{
          trace: `${ago}`,
          id: `${id}`,
          parent: '1',
          service: 'gateway',
          kind: 'client',
          name: `GET ${service}`,
        },
        ...{ start, duration: took + 2, peer: service },
      },
      {
        ...{ trace: `${ago}`, id: `${id + 1}`, parent: `${id}`, service, instance: `${service}-1` },
        ...{ name: 'GET /', start: start + 1, duration: took },
      },
    ];
    all.push(
      { trace: `${ago}`, id: '1', service: 'gateway', name: 'GET /', start: at, duration: 2 * took + 10 },
      ...call(2, 'stock', at + 1),
      ...call(4, 'payments', at + took + 4),
    );
  }
  return all;
}

/** Of payments the CPU is used up in the trouble; stock goes on as before. */
async function sendMetrics(): Promise<void> {
  const points = (inTrouble: number) =>
    Array.from({ length: heard / everyPoint }, (_, index) => {
      const ago = heard - index * everyPoint;
      return {
        timeUnixNano: `${BigInt(now - ago) * 1_000_000n}`,
        asDouble: ago > trouble ? 0.3 : inTrouble,
      };
    });
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const resourceMetrics = Object.entries({ payments: 0.98, stock: 0.31 }).map(([service, inTrouble]) => ({
    resource: {
      attributes: [text('service.name', service), text('service.instance.id', `${service}-1`)],
    },
    scopeMetrics: [
      { metrics: [{ name: 'process.cpu.utilization', gauge: { dataPoints: points(inTrouble) } }] },
    ],
  }));
  const answer = await fetch(`${console_.url}/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceMetrics }),
  });
  expect(answer.status).toBe(200);
}

test.each(['from=-5m', 'from=-30s'])(
  'who has used up its CPU is blamed, with the numbers: %s',
  async (window) => {
    const answer = await fetch(`${console_.url}/api/v1/overview?${window}`);
    const { findings } = (await answer.json()) as Overview;
    expect(findings.map(({ service }) => service)).toEqual(['payments', 'stock']);
    expect(findings[0]!.evidence).toContain('payments uses 98% of its CPU, 30% before.');
    expect(findings[1]!.evidence.join()).not.toMatch(/CPU/);
  },
);
