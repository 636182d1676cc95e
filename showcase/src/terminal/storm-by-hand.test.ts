import { expect, test } from 'vitest';
import type { ProcessName } from '../processes/living-process.ts';
import type { Shop } from '../processes/shop.ts';
import { parseKeys } from './keys.ts';
import { StormByHand } from './storm-by-hand.ts';

/** A shop whose processes only note what is done to them. */
function shopOf(names: readonly ProcessName[]): { readonly shop: Shop; readonly done: string[] } {
  const done: string[] = [];
  const processes = names.map((name) => ({ name, state: 'up' }));
  const shop = {
    processes,
    process: (name: ProcessName) => processes.find((each) => each.name === name),
    kill: (name: ProcessName) => done.push(`kill ${name}`),
  };
  return { shop: shop as unknown as Shop, done };
}

function press(storm: StormByHand, shop: Shop, keys: string): void {
  for (const command of parseKeys(keys)) {
    if (command.do !== 'quit') storm.command(command, shop);
  }
}

test('a member of the store is killed as a service is, and has no weather', () => {
  const { shop, done } = shopOf(['gateway', 'shipping', 'store-1']);
  const news: string[] = [];
  const storm = new StormByHand((what) => news.push(what));
  press(storm, shop, '6ks');
  expect(done).toEqual(['kill store-1']);
  expect(news).toEqual(['store-1 is killed', 'store-1 can be killed and paused, and that is all']);
});

test('what the shop does not have cannot be chosen', () => {
  const { shop, done } = shopOf(['gateway', 'payments', 'shipping']);
  const storm = new StormByHand(() => {});
  press(storm, shop, '6k');
  press(storm, shop, '5\x1b[Bk');
  expect(done).toEqual(['kill payments', 'kill gateway']);
});

test('the choice moves on when the next shop has no store', () => {
  const storm = new StormByHand(() => {});
  press(storm, shopOf(['payments', 'store-3']).shop, '8');
  storm.moveTo(shopOf(['payments']).shop);
  expect(storm.chosen).toBe('payments');
});
