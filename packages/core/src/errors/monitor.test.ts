import { describe, expect, test, vi } from 'vitest';
import type { Clock } from '../world/clock.ts';
import { coreErrors } from './core-errors.ts';
import { ErrorMonitor, type ErrorMonitorEvent, type ErrorMonitorOptions } from './monitor.ts';

class HandClock implements Clock {
  seconds = 1000;
  now(): number {
    return this.seconds * 1_000_000;
  }
  coarseNow(): number {
    return this.now();
  }
  wall(): number {
    return this.seconds * 1000;
  }
}

/** A monitor with a window of 10 s, so that a tenth of it is a second. */
function setUp(options: ErrorMonitorOptions = {}): {
  clock: HandClock;
  monitor: ErrorMonitor;
  events: ErrorMonitorEvent[];
  heard: () => string[];
} {
  const clock = new HandClock();
  const monitor = new ErrorMonitor({ clock, window: '10s', ...options });
  const events: ErrorMonitorEvent[] = [];
  monitor.subscribe((event) => events.push(event));
  const heard = (): string[] =>
    events
      .splice(0)
      .map((event) => (event.type === 'group-new' ? 'new' : `${event.type} ${event.threshold}`));
  return { clock, monitor, events, heard };
}

function repeat(times: number, action: (index: number) => void): void {
  for (let index = 0; index < times; index++) action(index);
}

describe('groups', () => {
  test('the same trouble is one group, with counts, times and rate', () => {
    const { clock, monitor, heard } = setUp();
    monitor.record(new Error('order 1 failed'));
    clock.seconds += 4;
    repeat(4, (index) => monitor.record(new Error(`order ${index} failed`)));
    monitor.record(new Error('out of paper'));
    expect(heard()).toEqual(['new', 'new']);
    const { groups, ...rest } = monitor.snapshot();
    expect(rest).toEqual({
      at: 1_004_000,
      window: 10_000,
      count: 6,
      recent: 6,
      rate: 0.6,
      countBySeverity: { low: 0, medium: 0, high: 6, critical: 0 },
      overflow: { groups: 0, errors: 0 },
      episodes: [],
    });
    expect(groups.map(({ message }) => message)).toEqual(['out of paper', 'order # failed']);
    expect(groups[1]).toMatchObject({
      name: 'Error',
      severity: 'high',
      count: 5,
      recent: 5,
      rate: 0.5,
      firstSeen: 1_000_000,
      lastSeen: 1_004_000,
    });
    clock.seconds += 9;
    expect(monitor.snapshot().groups[1]).toMatchObject({ count: 5, recent: 4 });
    clock.seconds += 1;
    expect(monitor.snapshot()).toMatchObject({ count: 6, recent: 0, rate: 0 });
  });

  test('has the worst severity seen', () => {
    const { monitor } = setUp();
    for (const severity of ['medium', 'critical', 'low'] as const) {
      monitor.record(coreErrors.create('ABORTED', { message: 'm', severity }));
    }
    expect(monitor.snapshot().groups[0]).toMatchObject({ name: 'ABORTED', severity: 'critical' });
  });

  test('samples are few, recent, and say the causes', () => {
    const { clock, monitor } = setUp({ samplesMax: 2 });
    repeat(50, (index) => {
      const cause = new TypeError('inner', { cause: 'root' });
      const origin = { component: 'orders', attempt: index };
      monitor.record(coreErrors.create('ABORTED', { message: 'm', cause, context: { index }, origin }));
      clock.seconds += 0.5;
    });
    const [group] = monitor.snapshot().groups;
    expect(group?.component).toBe('orders');
    expect(group?.samples).toEqual(
      [46, 48].map((index) => ({
        at: 1_000_000 + index * 500,
        message: 'm',
        context: { index },
        origin: { component: 'orders', attempt: index },
        causes: ['TypeError: inner', 'Thrown: root'],
      })),
    );
  });
});

describe('thresholds', () => {
  test('are crossed once per episode and cleared at half, unless told otherwise', () => {
    const { clock, monitor, heard } = setUp({
      thresholds: [
        { name: 'busy', count: 4 },
        { name: 'very busy', count: 6, clearAt: 5 },
      ],
    });
    const fail = (): void => monitor.record(new Error('m'));
    repeat(3, fail);
    expect(heard()).toEqual(['new']);
    clock.seconds += 1;
    repeat(5, fail);
    expect(heard()).toEqual(['threshold-crossed busy', 'threshold-crossed very busy']);
    expect(monitor.snapshot().episodes).toEqual([
      { threshold: 'busy', since: 1_001_000, recent: 8 },
      { threshold: 'very busy', since: 1_001_000, recent: 8 },
    ]);
    clock.seconds += 9; // Five are left.
    monitor.check();
    expect(heard()).toEqual(['threshold-cleared very busy']);
    fail();
    expect(heard()).toEqual(['threshold-crossed very busy']);
    clock.seconds += 1; // One is left.
    monitor.check();
    expect(heard()).toEqual(['threshold-cleared busy', 'threshold-cleared very busy']);
    repeat(3, fail);
    expect(heard()).toEqual(['threshold-crossed busy']);
  });

  test('a threshold per group tells which', () => {
    const { monitor, events } = setUp({ thresholds: [{ name: 'group', count: 3, scope: 'group' }] });
    repeat(2, () => monitor.record(new Error('one')));
    repeat(3, () => monitor.record(new Error('two')));
    const crossed = events.filter(({ type }) => type === 'threshold-crossed');
    expect(crossed).toEqual([
      {
        type: 'threshold-crossed',
        threshold: 'group',
        group: '["Error",null,"two"]',
        since: 1_000_000,
        recent: 3,
      },
    ]);
  });

  test('a threshold by severity counts nothing milder', () => {
    const { monitor, heard } = setUp({
      thresholds: [
        { name: 'all', count: 1, severity: 'critical' },
        { name: 'group', count: 1, severity: 'critical', scope: 'group' },
      ],
    });
    monitor.record(coreErrors.create('ABORTED', { message: 'm' }));
    expect(heard()).toEqual(['new']);
    monitor.record(coreErrors.create('ASSERTION_FAILED', { message: 'm' }));
    expect(heard()).toEqual(['new', 'threshold-crossed all', 'threshold-crossed group']);
  });
});

describe('an error storm', () => {
  test('any number of different messages leaves no more than groupsMax groups, and every error is counted', () => {
    const clock = new HandClock();
    const thresholds = [{ name: 'many', count: 100 }];
    const monitor = new ErrorMonitor({ clock, window: '10s', groupsMax: 10, thresholds });
    const error = new Error('m');
    repeat(100_000, (index) => {
      error.message = `no ${letters(index)}`;
      monitor.record(error);
      if (index % 10_000 === 0) clock.seconds += 1;
    });
    const { groups, overflow, count, episodes } = monitor.snapshot();
    expect(groups).toHaveLength(10);
    expect(overflow).toEqual({ groups: 99_990, errors: 99_990 });
    expect(count).toBe(100_000);
    expect(episodes).toHaveLength(1);
    expect(groups[0]?.message).toBe(`no ${letters(99_999)}`);
  });

  test('the group seen longest ago goes first, and its episode ends with it', () => {
    const { monitor, heard } = setUp({
      groupsMax: 2,
      thresholds: [{ name: 'group', count: 2, scope: 'group' }],
    });
    repeat(2, () => monitor.record(new Error('one')));
    monitor.record(new Error('two'));
    monitor.record(new Error('one'));
    monitor.record(new Error('three'));
    expect(monitor.snapshot().groups.map(({ message }) => message)).toEqual(['three', 'one']);
    heard();
    monitor.record(new Error('four'));
    expect(heard()).toEqual(['threshold-cleared group', 'new']);
    expect(monitor.snapshot()).toMatchObject({ overflow: { groups: 2, errors: 4 }, episodes: [] });
  });

  test('the snapshot of the worst errors stays small and survives JSON', () => {
    const { monitor } = setUp({ groupsMax: 5 });
    repeat(50, (index) => {
      const huge = letters(index) + 'x'.repeat(100_000);
      const context = Object.fromEntries(Array.from({ length: 100 }, (_, key) => [`key${key}`, huge]));
      monitor.record(coreErrors.create('ABORTED', { message: huge, context, cause: new Error(huge) }));
    });
    const snapshot = monitor.snapshot();
    expect(JSON.stringify(snapshot).length).toBeLessThan(5 * 20_000);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });
});

test('a failing subscriber disturbs neither the recording nor the others; its error is for the application', async () => {
  const { monitor, heard } = setUp();
  const failing = monitor.subscribe(() => {
    throw new Error('subscriber failed');
  });
  const late = vi.fn();
  monitor.subscribe(late);
  const uncaught = nextUncaught();
  monitor.record(new Error('m'));
  expect((await uncaught).message).toBe('subscriber failed');
  expect(heard()).toEqual(['new']);
  expect(late).toHaveBeenCalledOnce();
  failing();
  monitor.record(new Error('other'));
  expect(late).toHaveBeenCalledTimes(2);
});

test('records anything thrown', () => {
  const { monitor } = setUp();
  const revoked = Proxy.revocable(new Error('gone'), {});
  revoked.revoke();
  const hostile = new Error('m');
  for (const key of ['message', 'name', 'cause', 'code']) {
    Object.defineProperty(hostile, key, {
      get() {
        throw new Error('no');
      },
    });
  }
  const things = [
    undefined,
    null,
    'text',
    1n,
    Symbol('s'),
    () => 1,
    revoked.proxy,
    hostile,
    Object.create(null),
  ];
  for (const thrown of things) monitor.record(thrown);
  expect(monitor.snapshot().count).toBe(things.length);
});

test.each<[ErrorMonitorOptions, string]>([
  [{ window: 0 }, 'window'],
  [{ groupsMax: 0 }, 'groupsMax'],
  [{ samplesMax: 1.5 }, 'samplesMax'],
  [{ thresholds: [{ name: 'a', count: 0 }] }, 'thresholds[0].count'],
  [{ thresholds: [{ name: 'a', count: 2, clearAt: 2 }] }, 'thresholds[0].clearAt'],
  [{ thresholds: [{ name: 'a', count: 2, scope: 'none' as 'all' }] }, 'thresholds[0].scope'],
  [{ thresholds: [{ name: 'a', count: 2, severity: 'worst' as 'low' }] }, 'thresholds[0].severity'],
  [{ thresholds: Array.from({ length: 2 }, () => ({ name: 'a', count: 2 })) }, 'thresholds[1].name'],
])('%j is refused by name', (options, field) => {
  expect(() => setUp(options)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', context: expect.objectContaining({ field }) }),
  );
});

/** A different text without a digit for each number. */
function letters(index: number): string {
  return index.toString().replace(/\d/g, (digit) => 'klmnopqrst'[Number(digit)]!);
}

/** The next uncaught exception, kept from the test runner. */
function nextUncaught(): Promise<Error> {
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  return new Promise((resolve) => {
    process.once('uncaughtException', (error) => {
      for (const listener of listeners) process.on('uncaughtException', listener);
      resolve(error);
    });
  });
}
