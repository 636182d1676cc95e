import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from './segment.ts';
import { StreamReceiver } from './stream-receiver.ts';
import { StreamSender } from './stream-sender.ts';

const patience = { opening: 5_000_000, open: 10_000_000 };

describe('StreamSender and StreamReceiver', () => {
  test('no byte is lost, doubled or out of order, whatever happens to what is between them', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ write: fc.uint8Array({ maxLength: 40 }) }) },
      { weight: 3, arbitrary: fc.record({ send: fc.integer({ min: 1, max: 20 }) }) },
      { weight: 5, arbitrary: fc.record({ deliver: fc.nat(50), again: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ lose: fc.nat(50) }) },
      { weight: 2, arbitrary: fc.record({ acknowledge: fc.constant(true) }) },
      { weight: 2, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 60 }) }) },
      { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 900_000 }) }) },
      { weight: 1, arbitrary: fc.record({ end: fc.constant(true) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 100 }), (steps, capacity) => {
        const sender = new StreamSender(capacity, { opening: 1e12, open: 1e12 });
        const receiver = new StreamReceiver(capacity);
        const sent: number[] = [];
        const read: number[] = [];
        const underWay: Part[] = [];
        let now = 0;
        const acknowledge = () => sender.acknowledge(now, receiver.next, receiver.windowEnd);
        const send = (bytesMax: number) => {
          for (let part = sender.next(now, bytesMax); part !== undefined; ) {
            underWay.push(part);
            part = sender.next(now, bytesMax);
          }
        };
        const take = (length: number) =>
          void read.push(...receiver.read(Math.min(length, receiver.readable)));
        for (const each of steps) {
          if ('write' in each && !sender.ended) {
            sent.push(...each.write.subarray(0, sender.write(each.write)));
          } else if ('send' in each) {
            send(each.send);
          } else if ('deliver' in each && underWay.length > 0) {
            const index = each.deliver % underWay.length;
            receiver.receive(underWay[index]!);
            if (!each.again) underWay.splice(index, 1);
          } else if ('lose' in each && underWay.length > 0) {
            underWay.splice(each.lose % underWay.length, 1);
          } else if ('acknowledge' in each) {
            acknowledge();
          } else if ('read' in each) {
            take(each.read);
          } else if ('pass' in each) {
            now += each.pass;
            if (sender.due !== undefined && sender.due <= now) expect(sender.elapse(now)).toBe(true);
          } else if ('end' in each) {
            sender.end();
          }
          expect(read).toEqual(sent.slice(0, read.length));
        }
        sender.end();
        for (let rounds = 0; !sender.done; rounds++) {
          expect(rounds).toBeLessThan(5_000);
          send(7);
          for (const part of underWay.splice(0)) receiver.receive(part);
          take(1_000);
          acknowledge();
          if (sender.due !== undefined && sender.due > now) now = sender.due;
          if (sender.due === now) sender.elapse(now);
        }
        take(1_000);
        expect(receiver.ended).toBe(true);
        expect(read).toEqual(sent);
        expect(sender.due).toBe(undefined);
      }),
      { numRuns: 500 },
    );
  });

  test('gives up after so long without progress: sooner while it opens', () => {
    const givesUpAt = (sender: StreamSender, from: number) => {
      let now = from;
      for (;;) {
        while (sender.next(now, 100) !== undefined);
        now = sender.due!;
        if (!sender.elapse(now)) return now;
      }
    };
    expect(givesUpAt(new StreamSender(100, patience), 7)).toBe(5_000_007);
    const open = new StreamSender(100, patience);
    open.next(0, 100);
    open.acknowledge(1_000, 1, 101);
    open.write(Uint8Array.of(1));
    expect(givesUpAt(open, 3_000)).toBe(10_003_000);
  });

  test('a reader without room that answers is waited for, without end', () => {
    const sender = new StreamSender(100, patience);
    sender.next(0, 100);
    sender.acknowledge(0, 1, 1);
    sender.write(Uint8Array.of(1, 2, 3));
    expect(sender.next(0, 100)).toBe(undefined);
    let now = 0;
    for (let count = 0; count < 100; count++) {
      now = sender.due!;
      expect(sender.elapse(now)).toBe(true);
      expect(sender.next(now, 100)).toMatchObject({ probe: true, bytes: new Uint8Array(0) });
      expect(sender.next(now, 100)).toBe(undefined);
      sender.acknowledge(now, 1, 1);
    }
    sender.acknowledge(now, 1, 3);
    expect(sender.next(now, 100)).toMatchObject({ sequence: 1, bytes: Uint8Array.of(1, 2) });
  });

  test('what is early waits for what is missing', () => {
    const receiver = new StreamReceiver(100);
    const part = (sequence: number, ...bytes: number[]) => ({
      sequence,
      opens: false,
      bytes: Uint8Array.from(bytes),
      ends: false,
      probe: false,
    });
    receiver.receive({ ...part(0), opens: true });
    receiver.receive({ ...part(5, 50), ends: true });
    receiver.receive(part(3, 30, 40));
    receiver.receive(part(3, 30));
    expect(receiver.readable).toBe(0);
    receiver.receive(part(1, 10, 20, 30));
    expect([...receiver.read(5)]).toEqual([10, 20, 30, 40, 50]);
    expect(receiver.ended).toBe(true);
  });
});
