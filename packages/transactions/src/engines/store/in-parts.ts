import { isTooLarge } from './store-failure.ts';

/** Asks for all of `items` at once, or for a half after the other where the store takes less than it says. */
export async function inParts<Item, Answer>(
  items: readonly Item[],
  ask: (part: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  try {
    return await ask(items);
  } catch (error) {
    if (!isTooLarge(error) || items.length < 2) throw error;
    const half = Math.ceil(items.length / 2);
    return [...(await inParts(items.slice(0, half), ask)), ...(await inParts(items.slice(half), ask))];
  }
}
