// Goal: of two services that became slow at the same time, the one whose CPU is used up is blamed, and it is said so. Method: a store that
// heard their spans and metrics, and a look at its end.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batchOf, type SpanWords } from '../../test/span-batches.ts';
import { Ingest } from '../ingest.ts';
import { LiveFlow } from '../live/live-flow.ts';
import { decodeMetrics } from '../otlp/decode/decode-metrics.ts';
import { protobufOfParsed } from '../otlp/json/protobuf-of-json.ts';
import { TelemetryStore } from '../store/telemetry-store.ts';
import { CulpritLookout } from './culprit-lookout.ts';
import { FlowWindows } from './flow-window.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const [heard, trouble] = [120_000, 30_000];
const [everySpan, everyPoint] = [200, 5_000];
const now = (): number => noon;
const troubled = (error: unknown): void => {
  throw error;
};

let dir: string;
let store: TelemetryStore;
let ingest: Ingest;
let lookout: CulpritLookout;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'holdfast-lookout-'));
  store = await TelemetryStore.open({
    ...{ dir, storedBytesMax: 2 ** 30, ageMax: 86_400_000, waitingBytesMax: 2 ** 24, memoryMax: 2 ** 28 },
    ...{ now, troubled },
  });
  const [step, horizon] = [10_000, 3_600_000];
  const live = new LiveFlow(store.book, { step, horizon, totalsMax: 10_000, spansRemembered: 2 ** 13, now });
  ingest = new Ingest(store, live, now);
  lookout = new CulpritLookout(
    {
      ...{ currentMin: 10_000, currentMax: 30_000, tracesWanted: 150 },
      ...{ restMillis: 0, staleMillis: 0 },
    },
    store,
    new FlowWindows(store, live, now),
    troubled,
  );
});

afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

/** A gateway asks stock, then payments; in the trouble both take 100 ms longer. */
function spans(): SpanWords[] {
  const all: SpanWords[] = [];
  for (let ago = heard; ago > 0; ago -= everySpan) {
    const took = ago > trouble ? 10 : 110;
    const at = noon - ago;
    const of = { trace: `${ago}` };
    const call = (id: number, service: string, start: number): SpanWords[] => [
      {
        ...{ ...of, id: `${id}`, parent: '1', service: 'gateway', kind: 'client', peer: service },
        ...{ name: `GET ${service}`, start, duration: took + 2 },
      },
      {
        ...{ ...of, id: `${id + 1}`, parent: `${id}`, service, instance: `${service}-1` },
        ...{ name: 'GET /', start: start + 1, duration: took },
      },
    ];
    all.push(
      { ...of, id: '1', service: 'gateway', name: 'GET /', start: at, duration: 2 * took + 10 },
      ...call(2, 'stock', at + 1),
      ...call(4, 'payments', at + took + 4),
    );
  }
  return all;
}

/** The share of the CPU that each service uses in the trouble, a third of it before. */
async function addUseOfCpu(byService: Readonly<Record<string, number>>): Promise<void> {
  const points = (inTrouble: number): object[] =>
    Array.from({ length: heard / everyPoint }, (_, index) => {
      const ago = heard - index * everyPoint;
      return {
        timeUnixNano: `${BigInt(noon - ago) * 1_000_000n}`,
        asDouble: ago > trouble ? 0.33 : inTrouble,
      };
    });
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  const resourceMetrics = Object.entries(byService).map(([service, inTrouble]) => ({
    resource: { attributes: [text('service.name', service), text('service.instance.id', `${service}-1`)] },
    scopeMetrics: [
      { metrics: [{ name: 'process.cpu.utilization', gauge: { dataPoints: points(inTrouble) } }] },
    ],
  }));
  await ingest.addMetrics(decodeMetrics(protobufOfParsed('metrics', { resourceMetrics }), noon).batch);
}

test.each(['stock', 'payments'])(
  'of two that are slow, %s has used up its CPU',
  { timeout: 60_000 },
  async (busy) => {
    const idle = busy === 'stock' ? 'payments' : 'stock';
    await addUseOfCpu({ [busy]: 0.98, [idle]: 0.34 });
    await ingest.addSpans(batchOf(spans()));
    const culprits = await lookout.culprits(noon);
    expect(culprits.map(({ service }) => service)).toEqual([busy, idle]);
    expect(culprits[0]!.evidence).toContain(`${busy} uses 98% of its CPU, 33% before.`);
    expect(culprits[1]!.evidence.join()).not.toMatch(/CPU/);
  },
);

test('where nothing is told of the CPU, nothing is said of it', { timeout: 60_000 }, async () => {
  await ingest.addSpans(batchOf(spans()));
  const culprits = await lookout.culprits(noon);
  expect(culprits.map(({ service }) => service).sort()).toEqual(['payments', 'stock']);
  expect(culprits.flatMap(({ evidence }) => evidence).join()).not.toMatch(/CPU/);
});
