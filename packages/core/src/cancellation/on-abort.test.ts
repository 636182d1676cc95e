import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uncaughtErrors } from '../../test/uncaught-errors.ts';
import { type AbortSubscriber, offAbort, onAbort } from './on-abort.ts';

class Probe implements AbortSubscriber {
  abortSlot = -1;
  readonly heard: unknown[] = [];

  onAbort(reason: unknown): void {
    this.heard.push(reason);
  }
}

const nativeListeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('onAbort', () => {
  test('ten thousand subscribers share one native listener, without a warning', async () => {
    const controller = new AbortController();
    const warnings: Error[] = [];
    // Not what the runner does with signals of its own.
    const warn = (warning: Error & { target?: unknown }) => {
      if (warning.target === controller.signal) warnings.push(warning);
    };
    process.on('warning', warn);
    const probes = Array.from({ length: 10_000 }, () => new Probe());
    for (const probe of probes) onAbort(controller.signal, probe);
    expect(nativeListeners(controller.signal)).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', warn);
    expect(warnings).toEqual([]);
    controller.abort('stop');
    expect(probes.every((probe) => probe.heard.length === 1 && probe.heard[0] === 'stop')).toBe(true);
    expect(nativeListeners(controller.signal)).toBe(0);
  });

  test('exactly those subscribed hear, and no listener stays, for every sequence of coming and going', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(7)), { maxLength: 40 }), (steps) => {
        const controller = new AbortController();
        const probes = Array.from({ length: 8 }, () => new Probe());
        const subscribed = new Set<Probe>();
        for (const [comes, index] of steps) {
          const probe = probes[index]!;
          if (comes && !subscribed.has(probe)) {
            onAbort(controller.signal, probe);
            subscribed.add(probe);
          } else if (!comes) {
            offAbort(controller.signal, probe);
            subscribed.delete(probe);
          }
          expect(nativeListeners(controller.signal)).toBe(subscribed.size > 0 ? 1 : 0);
        }
        controller.abort();
        for (const probe of probes) expect(probe.heard.length).toBe(subscribed.has(probe) ? 1 : 0);
        expect(nativeListeners(controller.signal)).toBe(0);
      }),
    );
  });

  test('a subscriber may unsubscribe others while it is called', () => {
    const controller = new AbortController();
    const [first, second, third] = [new Probe(), new Probe(), new Probe()];
    first.onAbort = () => offAbort(controller.signal, second);
    for (const probe of [first, second, third]) onAbort(controller.signal, probe);
    controller.abort();
    expect([second.heard.length, third.heard.length]).toEqual([0, 1]);
  });

  test('a subscriber that throws stops no other, and its error becomes uncaught', async () => {
    const controller = new AbortController();
    const defect = new Error('defect in a subscriber');
    const [throwing, other] = [new Probe(), new Probe()];
    throwing.onAbort = () => {
      throw defect;
    };
    for (const probe of [throwing, other]) onAbort(controller.signal, probe);
    expect(await uncaughtErrors(() => controller.abort())).toEqual([defect]);
    expect(other.heard.length).toBe(1);
  });

  test('calls at once when the signal has aborted already', () => {
    const probe = new Probe();
    onAbort(AbortSignal.abort('early'), probe);
    expect(probe.heard).toEqual(['early']);
  });

  test('refuses a subscriber that waits already, and forgives one that does not wait', () => {
    const probe = new Probe();
    const { signal } = new AbortController();
    offAbort(signal, probe);
    onAbort(signal, probe);
    expect(() => onAbort(new AbortController().signal, probe)).toThrow('already subscribed');
    offAbort(new AbortController().signal, probe);
    expect(nativeListeners(signal)).toBe(1);
    offAbort(signal, probe);
    expect(nativeListeners(signal)).toBe(0);
  });
});
