import { coreErrors } from '@holdfast/core';
import { saga } from '../../../src/index.ts';
import { crashEverywhere } from '../../../src/testkit/crash-everywhere/crash-everywhere.ts';
import { sagasSurvive } from '../campaign/saga-run.ts';
import { Desk } from '../desk.ts';
import { replayAsLive } from '../live-run.ts';

/** Ways of finding a bug, each of which throws when there is one. */
export type Trial = 'crashes' | 'campaign' | 'replay' | 'pivot';

const noop = () => {};

export const trials: Readonly<Record<Trial, () => Promise<void>>> = {
  /** A crash at every moment of a saga with branches, and of one whose steps must not be repeated. */
  crashes: async () => {
    const order = saga('order', { version: 1 })
      .step('reserve', { do: () => 1, undo: noop })
      .all('checks', (all) =>
        all
          .step('fraud', { do: async () => 2, undo: noop })
          .branch('tax', (branch) =>
            branch
              .step('rate', { do: () => 3, undo: noop })
              .step('sum', { do: async (c) => c.rate, undo: noop }),
          ),
      )
      .step('hold', { do: (c) => c.checks.tax.sum, undo: noop })
      .pivot('charge', { do: noop })
      .ensure('ship', { do: noop });
    await crashEverywhere(order, { input: undefined });
    let sold = 0;
    const selling = saga('selling', { version: 1 })
      .step('sell', { do: () => void sold++, undo: noop, retry: { idempotent: false } })
      .step('ship', { do: noop, undo: noop });
    await crashEverywhere(selling, {
      input: undefined,
      faults: false,
      before: () => {
        sold = 0;
      },
      check: () => {
        if (sold > 1) throw new Error('sold twice');
      },
    });
  },
  campaign: async () => {
    for (let seed = 1; seed <= 40; seed++) await sagasSurvive(seed);
  },
  /** A crash cuts off a pivot, which from then on is surely not done: what of the first time? */
  pivot: async () => {
    let calls = 0;
    const order = saga('order', { version: 1 })
      .step('reserve', { do: noop, undo: noop })
      .pivot('charge', {
        do: () => {
          if (++calls === 1) return new Promise(noop);
          throw coreErrors.create('UNEXPECTED', { message: 'not now', retryable: 'safe', executed: 'no' });
        },
        retry: { maxAttempts: 1 },
      });
    const desk = await Desk.open(order);
    await desk.ledger.start(order, undefined, { id: 'o1' });
    await desk.crash();
    await desk.world.advance('1m');
    const { status } = await desk.status('o1');
    if (status !== 'stuck') throw new Error(`it is ${status}`);
  },
  replay: async () => {
    for (let seed = 1; seed <= 40; seed++) await replayAsLive(seed);
  },
};
