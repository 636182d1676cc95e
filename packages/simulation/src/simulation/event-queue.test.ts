import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallTimer } from '../../test/call-timer.ts';
import { EventQueue, HeldEvents, isHeld } from './event-queue.ts';

const nothing = () => {};

describe('EventQueue', () => {
  test('gives events in order of time, then of arming, up to a limit', () => {
    const queue = new EventQueue(100);
    const [a, b, c] = [new CallTimer(nothing), new CallTimer(nothing), new CallTimer(nothing)];
    queue.arm(a, 20);
    queue.arm(b, 10);
    queue.arm(c, 20);
    const taken = [queue.takeNext(15), queue.takeNext(15), queue.takeNext(25), queue.takeNext(25)];
    expect(taken).toEqual([b, undefined, a, c]);
    expect([queue.now, queue.size]).toEqual([20, 0]);
  });

  test('refuses one event more than may be pending', () => {
    const queue = new EventQueue(2);
    queue.arm(new CallTimer(nothing), 1);
    queue.arm(new CallTimer(nothing), 1);
    expect(() => queue.arm(new CallTimer(nothing), 1)).toThrow('too many events are pending');
  });

  test('an event that is held back can be moved and disarmed like any other', () => {
    const queue = new EventQueue(100);
    const held = new HeldEvents();
    const [moved, dropped, kept] = [new CallTimer(nothing), new CallTimer(nothing), new CallTimer(nothing)];
    for (const event of [moved, dropped, kept]) held.add(event, 5);
    queue.arm(moved, 7);
    queue.disarm(dropped);
    expect([moved.armed, isHeld(moved), dropped.armed, kept.armed, isHeld(kept)]).toEqual([
      true,
      false,
      false,
      true,
      true,
    ]);
    expect(held.first).toBe(kept);
    expect(queue.takeNext(10)).toBe(moved);
    held.clear();
    expect([held.first, kept.armed]).toEqual([undefined, false]);
  });
});

describe('HeldEvents', () => {
  test('keeps the order of those that stay, whichever leave', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 20 }), (stays) => {
        const queue = new EventQueue(100);
        const held = new HeldEvents();
        const events = stays.map(() => new CallTimer(nothing));
        for (const [index, event] of events.entries()) held.add(event, index);
        for (const [index, event] of events.entries()) if (!stays[index]) queue.disarm(event);
        for (const event of events.filter((_, index) => stays[index])) {
          expect(held.first).toBe(event);
          expect(held.shift()).toBe(event);
          expect(event).toMatchObject({ armed: false, next: undefined, previous: undefined });
        }
        expect(held.shift()).toBeUndefined();
      }),
    );
  });
});
