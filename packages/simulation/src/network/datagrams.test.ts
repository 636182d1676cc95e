import type { Address } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { ManualNetwork } from '../../test/manual-network.ts';

describe('datagrams', () => {
  const start = async (seed = 1) => {
    const manual = new ManualNetwork(seed);
    const a = manual.start('a');
    const b = manual.start('b');
    const arrived: { bytes: number[]; from: Address }[] = [];
    const server = await b.network.bind(53, (datagram, from) => {
      arrived.push({ bytes: [...datagram], from });
      datagram.fill(0);
    });
    const client = await a.network.bind(0, () => {});
    return { manual, a, b, arrived, server, client };
  };

  test('get lost, arrive twice and late as the link has it; a duplicate is a copy', async () => {
    const { manual, arrived, client } = await start();
    manual.model.setConditions({ loss: 0.2, duplication: 0.3, reordering: 0.2 });
    for (let count = 0; count < 200; count++) {
      client.send(Uint8Array.of(count), { host: 'b', port: 53 });
      manual.world.advanceSync('1ms');
    }
    manual.world.advanceSync('1s');
    const numbers = arrived.map(({ bytes }) => bytes[0]!);
    const taken = (kind: string) => manual.choices.taken.filter((choice) => choice.kind === kind).length;
    expect(new Set(numbers).size).toBe(200 - taken('loss'));
    expect(numbers.length).toBe(200 - taken('loss') + taken('duplication'));
    expect(numbers).not.toEqual(numbers.toSorted((left, right) => left - right));
    expect(taken('duplication')).toBeGreaterThan(20);
    expect(arrived[0]!.from).toEqual({ host: 'a', port: client.address.port });
  });

  test('a host sends to itself by any of its names, whatever the network does', async () => {
    const { manual, b, arrived } = await start();
    manual.model.setConditions({ loss: 1 });
    const other = await b.network.bind(0, () => {});
    for (const host of ['b', 'localhost', '127.0.0.1', '::1'])
      other.send(Uint8Array.of(1), { host, port: 53 });
    manual.world.advanceSync('1ms');
    expect(arrived.map(({ from }) => from.host)).toEqual(['b', 'b', 'b', 'b']);
  });

  test('wait for a paused process, and are lost with one that crashes', async () => {
    const { manual, b, arrived, client } = await start();
    const to = { host: 'b', port: 53 };
    b.pause();
    client.send(Uint8Array.of(1), to);
    manual.world.advanceSync('1s');
    expect(arrived).toEqual([]);
    b.resume();
    manual.world.advanceSync('1ms');
    expect(arrived).toHaveLength(1);
    const next = b.restart();
    client.send(Uint8Array.of(2), to);
    manual.world.advanceSync('1s');
    expect(manual.drops).toEqual(['nobody-listens']);
    expect((await next.network.bind(53, () => {})).address).toEqual({ host: 'b', port: 53 });
  });
});
