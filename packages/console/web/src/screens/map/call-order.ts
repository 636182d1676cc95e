import type { MapEdge } from '../../api/console-api.ts';

type Call = Pick<MapEdge, 'from' | 'to'>;

/**
 * Services so that who calls stands before whom it calls, and near to it, as far as they do not call each other in a circle. It
 * depends on nothing but who calls whom: while figures change, nothing moves.
 */
export function callOrder(calls: readonly Call[]): readonly string[] {
  const names = [...new Set(calls.flatMap(({ from, to }) => [from, to]))].sort();
  const callees = new Map(names.map((name) => [name, new Set<string>()]));
  const calledBy = new Map(names.map((name) => [name, 0]));
  for (const { from, to } of calls) {
    if (from === to || callees.get(from)!.has(to)) continue;
    callees.get(from)!.add(to);
    calledBy.set(to, calledBy.get(to)! + 1);
  }
  // Of those in a circle that is entered from nowhere, who calls most and is called least begins it.
  const lead = (name: string): number => callees.get(name)!.size - calledBy.get(name)!;
  const doors = names.filter((name) => calledBy.get(name) === 0);
  const others = names.toSorted((one, other) => lead(other) - lead(one));

  // From the last to the first: who is visited to the end stands before all that it leads to.
  const order: string[] = [];
  const visited = new Set<string>();
  const visit = (name: string): void => {
    if (visited.has(name)) return;
    visited.add(name);
    for (const callee of [...callees.get(name)!].sort().reverse()) visit(callee);
    order.unshift(name);
  };
  for (const name of [...doors.reverse(), ...others]) visit(name);
  return order;
}
