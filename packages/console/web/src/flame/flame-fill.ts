import type { FlameTree } from './flame-tree.ts';
import type { FlameFill } from './paint-flame.ts';

/** The token of a group's colour. */
export type HueOf = (group: string) => string;

/** By what a node belongs to. */
export function groupFill(
  { groups }: FlameTree,
  hueOf: HueOf,
  colourOf: (token: string) => string,
): (node: number) => FlameFill {
  return (node) => ({ colour: colourOf(hueOf(groups[node]!)), strength: 0.36 });
}

/**
 * By how a node's own time changed: grey where it did not, stronger the more of the whole it is. What got slower and what
 * got faster differ in hue, and in the sign beside the name.
 */
export function changeFill(
  tree: FlameTree,
  whole: number,
  colourOf: (token: string) => string,
): (node: number) => FlameFill {
  return (node) => {
    const change = changeOf(tree, node) / whole;
    if (Math.abs(change) < 0.005) return { colour: colourOf('--mark-soft'), strength: 0.9 };
    const strength = Math.min(0.2 + Math.abs(change) * 2, 0.62);
    return { colour: colourOf(change > 0 ? '--alarm-mark' : '--hue-1'), strength };
  };
}

/** How much more a node weighs by itself than elsewhere; 0 where there is nothing to compare with. */
export function changeOf({ selves, baseSelves }: FlameTree, node: number): number {
  return baseSelves === undefined ? 0 : selves[node]! - baseSelves[node]!;
}
