import { ManualWorld } from '@holdfast/core';
import { afterEach, describe, expect, test } from 'vitest';
import { constant } from '../retry/backoff.ts';
import type { Component } from './component.ts';
import {
  type RecoveryAttemptEvent,
  type RecoveryEvent,
  recoveryAttempted,
  recoveryEnded,
} from './recovery-record.ts';
import { supervise } from './supervisor.ts';

/** A component that works or not as the test says, and writes down what is done to it. */
class Machine implements Component {
  readonly name = 'database';
  readonly log: string[] = [];
  works = true;
  /** What makes it work again. */
  cure = '';

  check(): void {
    if (!this.works) throw new Error('it is down');
  }
  reconnect(): void {
    this.note('reconnect');
  }
  start(): void {
    this.note('start');
  }
  stop(): void {
    this.note('stop');
  }
  degrade(): void {
    this.note('degrade');
  }
  restore(): void {
    this.note('restore');
  }
  escalate(): void {
    this.note('escalate');
  }

  private note(what: string): void {
    this.log.push(what);
    if (what === this.cure) this.works = true;
  }
}

const unsubscribes: (() => void)[] = [];
afterEach(() => {
  for (const unsubscribe of unsubscribes.splice(0)) unsubscribe();
});

function listen() {
  const attempts: RecoveryAttemptEvent[] = [];
  const ended: RecoveryEvent[] = [];
  unsubscribes.push(recoveryAttempted.subscribe((event) => attempts.push(event)));
  unsubscribes.push(recoveryEnded.subscribe((event) => ended.push(event)));
  return { attempts, ended };
}

const backoff = constant('1s');

describe('a supervisor', () => {
  test('brings a failed component back by the first strategy that works, and says which', async () => {
    const world = new ManualWorld();
    const machine = new Machine();
    const { attempts, ended } = listen();
    const supervisor = supervise(machine, { world, checkInterval: '10s' });
    const controller = new AbortController();
    const running = supervisor.run(controller.signal);
    await world.advance('25s');
    expect([machine.log, attempts]).toEqual([[], []]);
    machine.works = false;
    machine.cure = 'start';
    await world.advance('2m');
    expect(machine.works).toBe(true);
    expect(machine.log).toEqual(['reconnect', 'reconnect', 'reconnect', 'stop', 'start']);
    expect(attempts.map(({ strategy, attempt, works }) => [strategy, attempt, works])).toEqual([
      ['retry', 1, false],
      ['retry', 2, false],
      ['retry', 3, false],
      ['reconnect', 1, false],
      ['reconnect', 2, false],
      ['reconnect', 3, false],
      ['restart', 1, true],
    ]);
    expect(ended).toMatchObject([
      { component: 'database', outcome: 'recovered', strategy: 'restart', attempts: 7 },
    ]);
    expect(supervisor.state).toBe('working');
    controller.abort();
    await running;
    expect(world.pendingTimers).toBe(0);
  });

  test('degrades what it cannot bring back, keeps trying, and restores it when it works', async () => {
    const world = new ManualWorld();
    const machine = new Machine();
    machine.works = false;
    const { ended } = listen();
    const strategies = [{ strategy: 'retry', attempts: 1, backoff }, { strategy: 'degrade' }] as const;
    const supervisor = supervise(machine, { world, strategies, checkInterval: '10s' });
    const controller = new AbortController();
    const running = supervisor.run(controller.signal);
    await world.advance('30s');
    expect([machine.log, supervisor.state]).toEqual([['degrade'], 'degraded']);
    machine.works = true;
    await world.advance('30s');
    expect([machine.log, supervisor.state]).toEqual([['degrade', 'restore'], 'working']);
    expect(ended.map(({ outcome, strategy }) => [outcome, strategy]).slice(-2)).toEqual([
      ['degraded', 'degrade'],
      ['recovered', 'restore'],
    ]);
    controller.abort();
    await running;
  });

  test('fails with every cause when nothing helps, and may be run again', async () => {
    const world = new ManualWorld();
    const machine = new Machine();
    machine.works = false;
    const { ended } = listen();
    const strategies = [{ strategy: 'restart', attempts: 2, backoff }, { strategy: 'escalate' }] as const;
    const supervisor = supervise(machine, { world, strategies });
    const failure = new Error('noticed by a caller');
    const recovery = supervisor.recover(failure);
    const joined = supervisor.recover(new Error('noticed by another'));
    const outcome = recovery.catch((error) => error);
    const joinedOutcome = joined.catch((error) => error);
    await world.advance('10s');
    expect(await outcome).toMatchObject({
      code: 'RECOVERY_FAILED',
      cause: failure,
      causes: [failure, { message: 'it is down' }, { message: 'it is down' }],
      context: { component: 'database', attempts: 3, strategies: 'restart, escalate' },
    });
    expect(await joinedOutcome).toBe(await outcome);
    expect(ended).toMatchObject([{ outcome: 'failed', strategy: undefined, duration: 2_000, failure }]);
    expect(supervisor.state).toBe('failed');
    machine.cure = 'escalate';
    const again = supervisor.recover(failure);
    await world.advance('10s');
    await again;
    expect(supervisor.state).toBe('working');
  });

  test('a restart that happens too often gives way to the next strategy', async () => {
    const world = new ManualWorld();
    const machine = new Machine();
    const supervisor = supervise(machine, {
      world,
      strategies: [
        { strategy: 'restart', backoff: constant(0), intensity: { max: 2, within: '1m' } },
        { strategy: 'degrade' },
      ],
    });
    machine.cure = 'start';
    for (let failure = 0; failure < 3; failure++) {
      machine.works = false;
      await supervisor.recover(new Error('again'));
      await world.advance('1s');
    }
    expect(machine.log).toEqual(['stop', 'start', 'stop', 'start', 'degrade']);
  });

  test('a function that hangs is aborted and counts as failed; a failing stop does not prevent the start', async () => {
    const world = new ManualWorld();
    const { attempts } = listen();
    const machine = new Machine();
    machine.works = false;
    machine.cure = 'start';
    let aborted = false;
    machine.stop = (signal?: AbortSignal) => {
      signal!.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => {}) as never;
    };
    const strategies = [{ strategy: 'restart', backoff }] as const;
    const recovery = supervise(machine, { world, strategies, stepTimeout: '3s' }).recover(new Error('down'));
    await world.advance('10s');
    await recovery;
    expect(aborted).toBe(true);
    expect(attempts).toMatchObject([{ works: true, stopError: { code: 'TIMEOUT' } }]);
    expect(world.pendingTimers).toBe(0);
  });

  test('aborted, it stops trying and leaves no timer', async () => {
    const world = new ManualWorld();
    const machine = new Machine();
    machine.works = false;
    const controller = new AbortController();
    const supervisor = supervise(machine, { world, strategies: [{ strategy: 'retry', backoff }] });
    const recovery = supervisor.recover(new Error('down'), controller.signal).catch((error) => error);
    await world.advance('1500ms');
    controller.abort();
    expect(await recovery).toMatchObject({ code: 'ABORTED' });
    expect([supervisor.state, world.pendingTimers]).toEqual(['failed', 0]);
  });

  test('one who gives up does not end a recovery that another still waits for', async () => {
    const world = new ManualWorld();
    const machine = new Machine();
    machine.works = false;
    const { attempts } = listen();
    const supervisor = supervise(machine, { world, strategies: [{ strategy: 'retry', backoff }] });
    const [first, second] = [new AbortController(), new AbortController()];
    const given = supervisor.recover(new Error('down'), first.signal).catch((error) => error);
    const watching = supervisor.run(second.signal);
    await world.advance('500ms');
    first.abort();
    expect(await given).toMatchObject({ code: 'ABORTED' });
    expect(supervisor.state).toBe('recovering');
    await world.advance('1s');
    expect(attempts.length).toBe(1);
    second.abort();
    await watching;
    await world.advance('1m');
    expect([attempts.length, supervisor.state, world.pendingTimers]).toEqual([1, 'failed', 0]);
  });

  test('refuses strategies that the component has no functions for', () => {
    const component = { name: 'clock', check: () => {} };
    expect(() => supervise(component, { strategies: [{ strategy: 'restart' }] })).toThrow(
      `strategies[0].strategy is "restart", but must be one of 'retry'`,
    );
    expect(() => supervise(component, { strategies: [] })).toThrow('strategies is an array of 0');
  });
});
