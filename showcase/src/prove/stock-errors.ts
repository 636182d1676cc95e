import type { Fact } from '../shop/facts.ts';

/** What is wrong with the stock: what was shipped must have been set aside once, and nothing else may be. */
export function stockErrors(inventory: readonly Fact[], shipping: readonly Fact[]): string[] {
  const shipped = new Set(shipping.map(({ basket }) => basket));
  const aside = new Map<string, number>();
  for (const fact of inventory) {
    const by = fact.fact === 'reservation' ? 1 : fact.fact === 'release' && fact.quantity > 0 ? -1 : 0;
    aside.set(fact.basket, (aside.get(fact.basket) ?? 0) + by);
  }
  const errors: string[] = [];
  for (const [basket, times] of aside) {
    const due = shipped.has(basket) ? 1 : 0;
    if (times !== due) errors.push(`goods of ${basket} are set aside ${times} times instead of ${due}`);
  }
  for (const basket of shipped) {
    if (!aside.has(basket)) errors.push(`${basket} was shipped and never set aside`);
  }
  return errors;
}
