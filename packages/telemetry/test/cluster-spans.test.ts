// Goal: the trace of an order runs from who asks for it through its saga and its ledger to the member of the cluster that keeps
// it, with as many spans as the page says. Method: a real node in this process, and its native protocol.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterClient, nativeChannels, startNode } from '@holdfast/cluster';
import { observeOperations, platformWorld } from '@holdfast/core';
import { nodeNetwork } from '@holdfast/runtime';
import { freePorts } from '@holdfast/runtime/testkit';
import { openLedger, saga, storeLedger } from '@holdfast/transactions';
import { SpanKind } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { traceRatio } from '../src/sampling/trace-ratio.ts';
import { operationSpans } from '../src/trace/operation-spans.ts';
import { type Tracing, tracing } from './tracing.ts';

const order = saga<number>('order', { version: 1 })
  .step('reserve', { do: () => {}, undo: () => {} })
  .step('charge', { do: () => {}, undo: () => {} })
  .pivot('accept', { do: () => {} })
  .ensure('ship', { do: () => {} })
  .ensure('stock', { do: () => {} });

/** Has one order carried out, in the trace of a request. */
async function placeOrder(traced: Tracing): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-traced-'));
  const [client, peer, native] = await freePorts(3);
  const node = await startNode({
    dataDir,
    listenClientUrls: [`http://127.0.0.1:${client}`],
    listenNativeUrls: [`tcp://127.0.0.1:${native}`],
    listenPeerUrl: `http://127.0.0.1:${peer}`,
    grace: '100ms',
  });
  const { clock, random, timers } = platformWorld();
  const channels = nativeChannels({ clock, random, timers, network: nodeNetwork() });
  const store = clusterClient({ endpoints: [`127.0.0.1:${native}`], channels });
  const stop = observeOperations(operationSpans(traced));
  try {
    const ledger = await openLedger({ engine: storeLedger({ store }), definitions: [order] });
    await traced.tracer.startActiveSpan('POST /orders', async (span) => {
      expect(await ledger.find(order, 'o1')).toBeUndefined();
      await (await ledger.start(order, 1, { id: 'o1' })).result;
      span.end();
    });
    await ledger.close();
  } finally {
    stop();
    await store.close();
    await node.stop();
    await rm(dataDir, { recursive: true });
  }
}

test('an order is one trace, down to the member that keeps it', async () => {
  const traced = tracing();
  await placeOrder(traced);
  const { named, spans } = traced;
  const { traceId } = named('POST /orders').context;
  expect(spans.filter(({ context }) => context.traceId !== traceId)).toEqual([]);
  const count = (name: string, kind = SpanKind.INTERNAL) =>
    spans.filter((span) => span.name === name && span.kind === kind).length;
  expect(spans.filter(({ name }) => name.startsWith('order.')).length).toBe(5);
  expect([count('ledger create'), count('ledger append')]).toEqual([1, 5]);
  for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
    expect([count('etcdserverpb.KV/Txn', kind), count('etcdserverpb.KV/Range', kind)]).toEqual([6, 1]);
  }
  expect(
    spans.length,
    'with the request: 11 of the saga, 12 of its transactions, 2 of the look at its id',
  ).toBe(26);

  const parentOf = (span: (typeof spans)[number]) =>
    spans.find(({ context }) => context.spanId === span.parentId)!;
  for (const served of spans.filter(({ kind }) => kind === SpanKind.SERVER)) {
    expect(served.attributes).toMatchObject({ 'rpc.system': 'holdfast', 'holdfast.cluster.role': 'leader' });
    const calling = parentOf(served);
    expect([calling.name, calling.kind]).toEqual([served.name, SpanKind.CLIENT]);
    expect(calling.attributes).toMatchObject({ 'server.address': '127.0.0.1', 'db.system.name': 'cluster' });
    const asking = served.name.endsWith('Txn') ? /^ledger (create|append)$/ : /^POST/;
    expect(parentOf(calling).name).toMatch(asking);
  }
});

test('an order that is not sampled has no span, at either end', async () => {
  const traced = tracing({ sampler: traceRatio(0) });
  await placeOrder(traced);
  expect(traced.spans).toEqual([]);
});
