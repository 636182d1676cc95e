// Goal: the proof says that the shop is whole, and finds out when it is not. Method: some seeds as they are, and then the
// same ones over a shop with a bug planted in it, each of a kind that people make.
import { runSeed } from '@holdfast/simulation';
import { memoryEngine, openLedger } from '@holdfast/transactions';
import { expect, test } from 'vitest';
import { businesses } from '../shop/businesses.ts';
import type { FactBook, OpenBusiness } from '../shop/workplace.ts';
import type { Call, Stack } from '../stack/stack.ts';
import { type Businesses, shopScenario } from './shop-scenario.ts';
import { stormRun } from './storm-run.ts';

test('a storm on the shop leaves nothing charged twice, charged for nothing, lost or stuck', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { verdict, text } = await runSeed(shopScenario(), stormRun(seed));
    expect(verdict, `seed ${seed}: ${text}`).toBe('passed');
  }
});

/** Orders whose calls to payments go through `change`. */
function ordersCalling(
  change: (call: Call) => Call | undefined,
  done: (call: Call) => void = () => {},
): OpenBusiness {
  return (workplace) => {
    const remote: Stack['remote'] = (target) => {
      const real = workplace.stack.remote(target);
      if (target !== 'payments') return real;
      return {
        async request(call) {
          const changed = change(call);
          if (changed === undefined) return undefined;
          const answer = await real.request(changed);
          done(call);
          return answer;
        },
      };
    };
    return businesses.orders({ ...workplace, stack: { ...workplace.stack, remote } });
  };
}

/** A refund is only asked for when the charge is known to have happened. */
function refundOfKnownCharges(): OpenBusiness {
  return (workplace) => {
    const known = new Set<string>();
    const open = ordersCalling(
      (call) =>
        call.path === '/refunds' && !known.has((call.body as { charge: string }).charge) ? undefined : call,
      (call) => call.path === '/charges' && known.add(call.key!),
    );
    return open(workplace);
  };
}

/** Each charge has a key of its own, also one that is asked for again. */
function newKeys(): OpenBusiness {
  let charges = 0;
  return ordersCalling((call) => (call.path === '/charges' ? { ...call, key: `charge ${++charges}` } : call));
}

/** Payments that give money back as often as they are asked to. */
const refundsEachTime: OpenBusiness = async (workplace) => {
  let book!: FactBook;
  const business = await businesses.payments({
    ...workplace,
    openBook: async (remember) => {
      book = await workplace.openBook(remember);
      return book;
    },
  });
  return {
    async handle(request) {
      if (request.path !== '/refunds') return business.handle(request);
      const { basket, charge } = request.body as { basket: string; charge: string };
      const answer = await business.handle(request);
      await book.append({ fact: 'refund', basket, key: charge });
      return answer;
    },
  };
};

/** A ledger that ends with its process. */
const forgetfulLedger: OpenBusiness = (workplace) =>
  businesses.orders({
    ...workplace,
    openLedger: (definition) => {
      const { world } = workplace;
      return openLedger({ engine: memoryEngine({ world }), definitions: [definition], world });
    },
  });

test.each<[string, Partial<Businesses>]>([
  [
    'an undo that is left out when nobody knows whether there was a charge',
    { orders: refundOfKnownCharges() },
  ],
  ['an undo that is not idempotent', { payments: refundsEachTime }],
  ['a charge whose key changes from one attempt to the next', { orders: newKeys() }],
  ['a ledger that does not outlive its process', { orders: forgetfulLedger }],
])('finds %s', async (_, planted) => {
  const scenario = shopScenario({ ...businesses, ...planted });
  const verdicts: string[] = [];
  for (let seed = 0; seed < 100 && verdicts.length === 0; seed++) {
    const { verdict, text } = await runSeed(scenario, stormRun(seed));
    if (verdict !== 'passed') verdicts.push(`${verdict} ${seed} ${text}`);
  }
  expect(verdicts).not.toEqual([]);
});
