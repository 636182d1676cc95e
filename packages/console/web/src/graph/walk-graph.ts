import type { GraphLayout, GraphWay, Point } from './graph-layout.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** Keys of the keyboard that walk through a graph. */
export const walkingKeys: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/**
 * The node that one comes to from another: to the right the uppermost that it leads to, to the left the nearest that leads to it,
 * up and down the next of its column. Undefined where there is none.
 */
export function walkTo(
  { nodes }: Pick<GraphLayout, 'nodes'>,
  ways: readonly GraphWay[],
  from: string,
  direction: Direction,
): string | undefined {
  const at = nodes.get(from);
  if (at === undefined) return undefined;
  const placed = (key: string): Point => nodes.get(key) ?? at;
  if (direction === 'right' || direction === 'left') {
    const reached = ways
      .filter((way) => way.from !== way.to && (direction === 'right' ? way.from : way.to) === from)
      .map((way) => (direction === 'right' ? way.to : way.from));
    const rank = (key: string): number =>
      direction === 'right' ? placed(key).y : Math.abs(placed(key).y - at.y);
    return least(reached, rank);
  }
  const sign = direction === 'down' ? 1 : -1;
  const column = [...nodes].filter(([, point]) => point.x === at.x && (point.y - at.y) * sign > 0);
  return least(
    column.map(([key]) => key),
    (key) => Math.abs(placed(key).y - at.y),
  );
}

function least(keys: readonly string[], rank: (key: string) => number): string | undefined {
  let found: string | undefined;
  for (const key of keys) if (found === undefined || rank(key) < rank(found)) found = key;
  return found;
}
