import type { Random } from '@holdfast/core';

export function pick<Item>(items: readonly Item[], random: Random): Item {
  return items[random.below(items.length)]!;
}

/** The items in an order by chance (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
