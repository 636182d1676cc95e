import type { FlameTree } from './flame-tree.ts';

/** Which nodes a text is in, by label or group: 1 for each; undefined where there is no text. */
export function flameMatches({ count, labels, groups }: FlameTree, text: string): Uint8Array | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const matches = new Uint8Array(count);
  for (let node = 0; node < count; node++) {
    if (labels[node]!.toLowerCase().includes(wanted) || groups[node]!.toLowerCase().includes(wanted))
      matches[node] = 1;
  }
  return matches;
}

/** What the nodes that were found weigh together; one below another is not counted again. */
export function matchedWeight({ count, parents, totals }: FlameTree, matches: Uint8Array): number {
  const under = new Uint8Array(count);
  let weight = 0;
  for (let node = 0; node < count; node++) {
    const parent = parents[node]!;
    under[node] = parent >= 0 && (under[parent] === 1 || matches[parent] === 1) ? 1 : 0;
    if (matches[node] === 1 && under[node] === 0) weight += totals[node]!;
  }
  return weight;
}
