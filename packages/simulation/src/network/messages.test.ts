import { describe, expect, test } from 'vitest';
import { ManualNetwork } from '../../test/manual-network.ts';

describe('Messages', () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
  const sorted = (heard: unknown[]) => (heard as number[]).toSorted((left, right) => left - right);

  /** Sends `count` numbers from a to b, one each millisecond, and returns what b heard. */
  const converse = (manual: ManualNetwork, count: number) => {
    const a = manual.start('a');
    const heard = manual.start('b').hear();
    for (const number of numbers(count)) {
      a.messages.send('b', number);
      manual.world.advanceSync('1ms');
    }
    manual.world.advanceSync('1s');
    return heard;
  };

  test('a message arrives by reference, after the latency of its link and from its sender', () => {
    const manual = new ManualNetwork();
    manual.model.setConditions({ latency: { min: '3ms', max: '3ms' } });
    const a = manual.start('a');
    const b = manual.start('b');
    const heard: unknown[] = [];
    b.messages.onMessage = (message, from) => void heard.push(message, from, manual.world.clock.now());
    const message = { term: 1 };
    a.messages.send('b', message);
    manual.world.advanceSync('1s');
    expect(heard).toEqual([message, 'a', 3_000]);
    expect(heard[0]).toBe(message);
    expect(manual.trace).toEqual([
      { what: 'send', at: 0, id: 1, from: 'a', to: 'b', message },
      { what: 'deliver', at: 3_000, id: 1 },
    ]);
  });

  test('latency stays in its range, and has a tail when asked', () => {
    const latencies = (distribution: 'uniform' | 'heavy-tailed') => {
      const manual = new ManualNetwork();
      manual.model.setConditions({ latency: { min: '1ms', max: '2ms', distribution } });
      converse(manual, 2_000);
      const sentAt = new Map<number, number>();
      return manual.trace.flatMap((event) => {
        if (event.what === 'send') sentAt.set(event.id, event.at);
        return event.what === 'deliver' ? [event.at - sentAt.get(event.id)!] : [];
      });
    };
    const uniform = latencies('uniform');
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...uniform)).toBeLessThanOrEqual(2_000);
    const tailed = latencies('heavy-tailed');
    expect(Math.max(...tailed)).toBeLessThanOrEqual(20_000);
    const late = tailed.filter((latency) => latency > 2_000).length;
    expect(late).toBeGreaterThan(60);
    expect(late).toBeLessThan(140);
  });

  test('the same seed delivers the same at the same times, another seed otherwise', () => {
    const run = (seed: number) => {
      const manual = new ManualNetwork(seed);
      manual.model.setConditions({ loss: 0.1, duplication: 0.1, reordering: 0.1 });
      converse(manual, 500);
      return manual.trace;
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  test('loss, duplication and reordering happen as often as asked, and are choices of the link', () => {
    const manual = new ManualNetwork();
    manual.model.setConditions({ loss: 0.1, duplication: 0.2, reordering: 0.3 });
    const heard = converse(manual, 2_000);
    const count = (kind: string) => manual.choices.taken.filter((choice) => choice.kind === kind).length;
    expect(Math.abs(count('loss') - 200)).toBeLessThan(50);
    expect(Math.abs(count('duplication') - 360)).toBeLessThan(80);
    expect(Math.abs(count('reordering') - 648)).toBeLessThan(100);
    expect(new Set(manual.choices.taken.map(({ subject }) => subject))).toEqual(new Set(['a>b']));
    expect(new Set(heard).size).toBe(2_000 - count('loss'));
    expect(heard.length).toBe(2_000 - count('loss') + count('duplication'));
    expect(heard).not.toEqual(sorted(heard));
  });

  test('a run with some of its losses taken back loses the others, and nothing else changes', () => {
    const run = (only?: ManualNetwork['choices']['taken']) => {
      const manual = new ManualNetwork(3, only && { only });
      manual.model.setConditions({ loss: 0.2, latency: { min: '100us', max: '100us' } });
      return { heard: converse(manual, 500), taken: manual.choices.taken };
    };
    const { heard, taken } = run();
    const kept = taken.filter((_, index) => index % 2 === 0);
    const lost = (choices: typeof taken) => new Set(choices.map(({ ordinal }) => ordinal));
    expect(heard).toEqual(numbers(500).filter((number) => !lost(taken).has(number)));
    expect(run(kept)).toEqual({
      heard: numbers(500).filter((number) => !lost(kept).has(number)),
      taken: kept,
    });
  });

  test('a cut stops one direction, also what is under way, until all cuts are over', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    const heardByA = a.hear();
    const heardByB = b.hear();
    a.messages.send('b', 'under way');
    const heal = manual.model.cut('a', 'b');
    const healToo = manual.model.cut('a', 'b');
    a.messages.send('b', 'cut');
    b.messages.send('a', 'the other way');
    manual.world.advanceSync('1s');
    heal();
    heal();
    a.messages.send('b', 'still cut');
    manual.world.advanceSync('1s');
    healToo();
    a.messages.send('b', 'healed');
    manual.world.advanceSync('1s');
    expect(heardByA).toEqual(['the other way']);
    expect(heardByB).toEqual(['healed']);
    expect(manual.drops).toEqual(['cut', 'cut', 'cut']);
  });

  test('a clog keeps everything, and lets it go in order', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const heard = manual.start('b').hear();
    const release = manual.model.clog('a', 'b');
    for (const number of numbers(100)) a.messages.send('b', number);
    manual.world.advanceSync('10s');
    expect(heard).toEqual([]);
    expect(manual.world.pendingTimers).toBe(0);
    release();
    manual.world.advanceSync('1us');
    expect(heard).toEqual([]);
    manual.world.advanceSync('1s');
    expect(heard).toEqual(numbers(100));
  });

  test('a degraded link keeps what it is not told otherwise, and recovers', () => {
    const manual = new ManualNetwork();
    manual.model.setConditions({ latency: { min: '1ms', max: '1ms' } });
    const a = manual.start('a');
    const heard = manual.start('b').hear();
    const recover = manual.model.degrade('a', 'b', { loss: 1 });
    const recoverToo = manual.model.degrade('a', 'b', { latency: { min: '5ms', max: '5ms' } });
    a.messages.send('b', 'lost');
    recover();
    a.messages.send('b', 'slow');
    recoverToo();
    a.messages.send('b', 'fast');
    manual.world.advanceSync('1ms');
    expect(heard).toEqual(['fast']);
    manual.world.advanceSync('4ms');
    expect(heard).toEqual(['fast', 'slow']);
  });

  test('a link of little bandwidth carries one after the other', () => {
    const manual = new ManualNetwork();
    manual.model.setConditions({ latency: { min: '1ms', max: '1ms' } });
    const recover = manual.model.degrade('a', 'b', { bandwidth: 256_000 });
    const a = manual.start('a');
    const b = manual.start('b');
    const times: number[] = [];
    b.messages.onMessage = () => void times.push(manual.world.clock.now());
    for (let count = 0; count < 3; count++) a.messages.send('b', count);
    manual.world.advanceSync('1s');
    a.messages.send('b', 3);
    recover();
    a.messages.send('b', 4);
    manual.world.advanceSync('1s');
    expect(times).toEqual([2_000, 3_000, 4_000, 1_001_000, 1_002_000]);
  });

  test('a host that is down or unknown hears nothing, nor does a program that does not listen', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    a.messages.send('nowhere', 1);
    a.messages.send('b', 2);
    manual.world.advanceSync('1s');
    const heard = b.hear();
    a.messages.send('b', 3);
    b.crash();
    b.messages.send('a', 'from the dead');
    manual.world.advanceSync('1s');
    expect(heard).toEqual([]);
    expect(manual.drops).toEqual(['unknown-host', 'nobody-listens', 'host-down']);
  });

  test('the next process of a host hears what was under way when the former one crashed', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    b.hear();
    a.messages.send('b', 'late');
    const heard = b.restart().hear();
    manual.world.advanceSync('1s');
    expect(heard).toEqual(['late']);
  });

  test('a paused process hears everything afterwards, in the order of arrival', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    const heard = b.hear();
    b.pause();
    for (const number of numbers(10)) {
      a.messages.send('b', number);
      manual.world.advanceSync('5ms');
    }
    expect(heard).toEqual([]);
    b.resume();
    b.pause();
    manual.world.advanceSync('5ms');
    expect(heard).toEqual([]);
    b.resume();
    a.messages.send('b', 10);
    manual.world.advanceSync('5ms');
    expect(heard).toEqual(numbers(11));
  });

  test('a link and a paused process take so many packets, and drop the newest', () => {
    const manual = new ManualNetwork(1, { linkPacketsMax: 3, inboxPacketsMax: 2 });
    const a = manual.start('a');
    const b = manual.start('b');
    const heard = b.hear();
    const release = manual.model.clog('a', 'b');
    for (const number of numbers(5)) a.messages.send('b', number);
    b.pause();
    release();
    manual.world.advanceSync('1s');
    b.resume();
    manual.world.advanceSync('1s');
    expect(heard).toEqual([0, 1]);
    expect(manual.drops).toEqual(['link-full', 'link-full', 'inbox-full']);
  });

  test('a crash takes along what waited for the paused process', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    const heard = b.hear();
    b.pause();
    a.messages.send('b', 1);
    manual.world.advanceSync('1s');
    b.resume();
    const heardNext = b.restart().hear();
    manual.world.advanceSync('1s');
    expect([heard, heardNext]).toEqual([[], []]);
    expect(manual.drops).toEqual(['host-down']);
  });

  test('a host always reaches itself', () => {
    const manual = new ManualNetwork();
    manual.model.setConditions({ loss: 1, latency: { min: '1m', max: '1m' } });
    const a = manual.start('a');
    const heard = a.hear();
    manual.model.cut('a', 'a');
    manual.model.clog('a', 'a');
    manual.model.degrade('a', 'a', { loss: 1 });
    a.messages.send('a', 'hello');
    manual.world.advanceSync('1ms');
    expect(heard).toEqual(['hello']);
  });

  test('a handler may send, and put another in its place', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    const heard: unknown[] = [];
    b.messages.onMessage = (message) => {
      heard.push(message);
      a.messages.send('b', 'next');
      b.messages.onMessage = (next) => void heard.push(next);
    };
    a.messages.send('b', 'first');
    manual.world.advanceSync('1s');
    expect(heard).toEqual(['first', 'next']);
  });

  test('nothing is made for a trace that nobody wants', () => {
    const tracer = {
      enabled: false,
      record: () => {
        throw new Error('nobody asked');
      },
    };
    const manual = new ManualNetwork(1, { tracer });
    manual.model.setConditions({ loss: 0.5 });
    const message = {
      toJSON: () => {
        throw new Error('nobody asked');
      },
    };
    const a = manual.start('a');
    const heard = manual.start('b').hear();
    for (let count = 0; count < 20; count++) a.messages.send('b', message);
    manual.world.advanceSync('1s');
    expect(heard.length).toBeGreaterThan(0);
  });

  test('what JSON cannot carry is shown as it can', () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    a.messages.send('b', { bytes: Uint8Array.of(1, 255), big: 2n, map: new Map([[1, 'one']]) });
    a.messages.send('b', undefined);
    a.messages.send('b', cyclic);
    const shown = manual.trace.flatMap((event) => (event.what === 'send' ? [event.message] : []));
    expect(shown).toEqual([
      { bytes: '<2 bytes: 01ff>', big: '2n', map: [[1, 'one']] },
      '<undefined>',
      expect.stringContaining('not to be shown'),
    ]);
  });

  test('bad conditions are refused, naming the field', () => {
    const { model } = new ManualNetwork();
    expect(() => model.setConditions({ loss: 1.5 })).toThrow('network.loss is 1.5');
    expect(() => model.degrade('a', 'b', { duplication: -1 })).toThrow('degrade.duplication is -1');
    expect(() => model.setConditions({ latency: { min: '2ms', max: '1ms' } })).toThrow('network.latency.min');
    expect(() => model.setConditions({ latency: { min: 0, max: '1h' } })).toThrow('at most 5 minutes');
    expect(() => model.setConditions({ bandwidth: 0.5 })).toThrow('network.bandwidth is 0.5');
  });
});
