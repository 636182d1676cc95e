import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openHttpReceiver } from '../../src/otlp/receive/open-http.ts';
import { receiverCore } from '../../src/otlp/receive/receiver-options.ts';
import { CollectingSink } from './collecting-sink.ts';
import { buildGoProgram } from './go/build-go-program.ts';

const run = promisify(execFile);

test("spans of OpenTelemetry's SDK for Go are read as they were", { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-go-'));
  const sink = new CollectingSink();
  const receiver = await openHttpReceiver(receiverCore({ sink }), { port: 0 });
  try {
    const program = await buildGoProgram(folder);
    const { stdout } = await run(program, [`http://127.0.0.1:${receiver.port}/v1/traces`, 'known-spans']);
    const [traceId, serverId, clientId] = stdout.trim().split(' ');
    const batch = sink.spans[0]!;
    expect(batch.length).toBe(2);
    expect(batch.resources).toEqual([
      expect.objectContaining({ service: 'stock', version: '2.0.0', instance: 'stock-1' }),
    ]);
    const hex = (column: Uint8Array, size: number, row: number) =>
      Buffer.from(column.subarray(row * size, (row + 1) * size)).toString('hex');
    const names = [0, 1].map((row) => batch.texts[batch.names[row]!]);
    const client = names.indexOf('UPDATE stock');
    const server = names.indexOf('PUT /stock/{item}');
    for (const row of [client, server]) {
      expect(hex(batch.traceIds, 16, row)).toBe(traceId);
      expect(batch.texts[batch.scopes[row]!]).toBe('stock/http');
    }
    expect(hex(batch.spanIds, 8, server)).toBe(serverId);
    expect(hex(batch.spanIds, 8, client)).toBe(clientId);
    expect(hex(batch.parentIds, 8, client)).toBe(serverId);
    expect([batch.kinds[server], batch.kinds[client]]).toEqual([2, 3]);
    expect([batch.statuses[server], batch.statuses[client]]).toEqual([0, 2]);
    expect(batch.texts[batch.statusMessages[client]!]).toBe('it broke');
    expect(batch.texts[batch.peers[client]!]).toBe('postgresql/stock');
    expect(batch.starts[server]).toBe(1_700_000_000_123_456_789n);
    expect([batch.durations[server], batch.durations[client]]).toEqual([5_000_000n, 2_000_000n]);
    expect(JSON.parse(batch.attributesJson(server))).toEqual({
      'http.method': 'PUT',
      item: -42,
      ratio: 0.25,
      cached: true,
      tags: ['ü', 'b'],
    });
    expect(JSON.parse(batch.eventsJson(client))).toMatchObject([
      { name: 'exception', attributes: { 'exception.message': 'deadlock' } },
    ]);
    expect(JSON.parse(batch.linksJson(client))).toEqual([{ traceId, spanId: serverId }]);
  } finally {
    await receiver.close();
    await rm(folder, { recursive: true });
  }
});
