import { sleep, type World } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { saga } from '../../saga/build-saga.ts';
import { terminal } from '../../saga/failure.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const noop = () => {};

/** Accounts that apply a transfer once per key, and can be asked to undo what they may never have done. */
class Bank {
  balances: Record<string, number> = {};
  applied: Set<string> = new Set();

  open(): void {
    this.balances = { alice: 100, bob: 0, fees: 0 };
    this.applied = new Set();
  }

  move(from: string, to: string, amount: number, key: string): number {
    if (this.applied.has(key)) return amount;
    this.applied.add(key);
    this.balances[from]! -= amount;
    this.balances[to]! += amount;
    return amount;
  }

  get sum(): number {
    return Object.values(this.balances).reduce((sum, balance) => sum + balance, 0);
  }
}

describe('crashEverywhere', () => {
  test('finds nothing wrong with a saga of five steps that keeps the rules', async () => {
    const bank = new Bank();
    const transfer = saga<{ amount: number }>('transfer', { version: 1 })
      .step('take', {
        do: (c) => bank.move('alice', 'held', c.input.amount, c.key),
        // What may never have been taken is not given back.
        undo: (c) => {
          if (bank.applied.has(c.doKey)) bank.move('held', 'alice', c.input.amount, c.key);
        },
      })
      .step('score', { do: async () => 1, undo: noop })
      .step('limit', { do: () => 2, undo: noop })
      .pivot('give', { do: (c) => bank.move('held', 'bob', c.take, c.key) })
      .ensure('tell', { do: (c) => `${c.give} moved` });
    const { runs, crashes } = await crashEverywhere(transfer, {
      input: { amount: 30 },
      before: () => {
        bank.open();
        bank.balances['held'] = 0;
      },
      check: ({ outcome, status }) => {
        expect(bank.sum).toBe(100);
        if (outcome.status === 'committed')
          expect(bank.balances).toMatchObject({ alice: 70, bob: 30, held: 0 });
        else if (outcome !== undefined) expect(bank.balances).toMatchObject({ alice: 100, bob: 0, held: 0 });
        else expect(status.steps.some(({ stuck }) => stuck !== undefined)).toBe(true);
      },
    });
    expect(crashes).toBeGreaterThan(500);
    expect(runs).toBeGreaterThan(crashes);
  });

  test('runs branches, children, waits, sleeps, locks and attached steps', async () => {
    const log: unknown[] = [];
    const child = saga<number>('child', { version: 1 })
      .step('one', { do: (c) => c.input, undo: noop })
      .step('two', { do: (c) => c.one, undo: noop, lock: () => ['b', 'a'] });
    const order = saga('order', { version: 1 })
      .step('write', { do: (c) => void log.push(c.transaction), undo: noop, attached: true })
      .all('checks', (all) =>
        all
          .step('fraud', { do: async () => 1, undo: noop })
          .branch('more', (branch) =>
            branch.step('first', { do: () => 2, undo: noop }).child('inner', child, () => 4),
          ),
      )
      .wait('approval', { timeout: '1d' })
      .sleep('pause', '30d')
      .pivot('charge', { do: (c) => [c.approval, c.checks.more.inner.two] })
      .all('after', (all) => all.ensure('mail', { do: () => 1 }).ensure('log', { do: () => 2 }));
    const report = await crashEverywhere(order, {
      input: undefined,
      signals: { approval: 'yes' },
      transaction: () => 'transaction',
      check: ({ outcome }) => {
        if (outcome.status === 'committed') expect(outcome.value.charge).toEqual(['yes', 4]);
      },
      faults: false,
    });
    expect(report.crashes).toBe(40);
    expect(new Set(log)).toEqual(new Set(['transaction']));
  });

  test('an attached step that a crash cut off has not happened, and may be done again', async () => {
    let rows: string[] = [];
    const order = saga('order', { version: 1 })
      .step('write', { do: () => 1, undo: noop, attached: true, retry: { idempotent: false } })
      .pivot('decide', { do: (c) => void rows.push(c.key), attached: true });
    await crashEverywhere(order, {
      input: undefined,
      faults: false,
      before: () => {
        rows = [];
      },
      check: ({ outcome }) => expect(outcome.status).toBe('committed'),
    });
    expect(rows).toContain('run/decide');
  });

  test('finds a step that does its work again after a crash, and says how to see it again', async () => {
    const bank = new Bank();
    let keys = 0;
    const transfer = saga('transfer', { version: 1 })
      .step('take', { do: () => bank.move('alice', 'fees', 1, `key ${++keys}`), undo: noop })
      .pivot('give', { do: (c) => bank.move('alice', 'bob', c.take, c.key) });
    const options = {
      input: undefined,
      faults: false,
      before: () => bank.open(),
      check: () => expect(bank.balances['fees']).toBeLessThan(2),
    };
    const failure = await crashEverywhere(transfer, options).catch((error) => error);
    expect(failure).toMatchObject({ code: 'SAGA_NOT_CRASH_PROOF', context: { only: 'none crash 4' } });
    expect(failure.message).toContain("when its process crashes after step 'take'");
    await expect(crashEverywhere(transfer, { ...options, only: 'none crash 4' })).rejects.toThrow('take');
    expect(await crashEverywhere(transfer, { ...options, only: 'none crash 3' })).toMatchObject({
      crashes: 1,
    });
  });

  test('finds a compensation that gives back what was never taken', async () => {
    const bank = new Bank();
    const transfer = saga('transfer', { version: 1 })
      .step('take', {
        do: (c) => bank.move('alice', 'bob', 1, c.key),
        undo: (c) => void bank.move('bob', 'alice', 1, c.key),
      })
      .pivot('give', { do: noop });
    const search = crashEverywhere(transfer, {
      input: undefined,
      before: () => bank.open(),
      check: ({ outcome }) => {
        if (outcome.status === 'rolled-back') expect(bank.balances['alice']).toBe(100);
      },
    });
    await expect(search).rejects.toThrow(/take:terminal/);
  });

  test('finds a bug that only a lost result shows', async () => {
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => ({ id: 1 }), undo: (_c, result) => void result!.id })
      .pivot('charge', { do: noop });
    await expect(crashEverywhere(order, { input: undefined })).rejects.toThrow("it is stuck at 'reserve'");
  });

  test('finds a saga that never ends', async () => {
    const order = saga('order', { version: 1 }).wait('approval');
    await expect(crashEverywhere(order, { input: undefined })).rejects.toThrow('neither ends nor is stuck');
  });

  test('lets steps use simulated time', async () => {
    let world!: World;
    const order = saga('order', { version: 1 }).step('slow', {
      do: (c) => sleep('1h', { world, signal: c.signal }),
      undo: noop,
      timeout: '2h',
    });
    const report = await crashEverywhere(order, {
      input: undefined,
      before: (simulated) => {
        world = simulated;
      },
    });
    expect(report.crashes).toBeGreaterThan(10);
  });

  test('takes a saga whose steps are not idempotent: after a crash they are compensated', async () => {
    let sold = 0;
    const order = saga('order', { version: 1 })
      .step('sell', { do: () => ++sold, undo: () => void sold--, retry: { idempotent: false } })
      .step('check', {
        do: (c) => {
          if (c.sell > 1) throw terminal('sold twice');
        },
        undo: noop,
      });
    await crashEverywhere(order, {
      input: undefined,
      faults: false,
      before: () => {
        sold = 0;
      },
      check: () => expect(sold).toBeLessThan(2),
    });
  });
});
