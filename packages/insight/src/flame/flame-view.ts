import type { FlameBranch, FlameTree } from './flame-tree.ts';

/** Critical paths laid over one another, as rows; with the difference to others where there is something to compare with. */
export interface Flame {
  readonly traces: number;
  readonly baseTraces: number | undefined;
  /** Depth first, the larger child first. */
  readonly nodes: readonly FlameNode[];
  /** What got slower or faster, the largest first. Empty without a base. */
  readonly changes: readonly FlameChange[];
}

/** Times are mean milliseconds a trace. */
export interface FlameNode {
  /** Index of the caller in `nodes`; -1 for a root. */
  readonly parent: number;
  readonly service: string;
  readonly operation: string;
  /** On the critical path, with what it called. */
  readonly total: number;
  readonly self: number;
  /** Share of the traces on whose critical path it is. */
  readonly presence: number;
  readonly baseTotal: number | undefined;
  readonly baseSelf: number | undefined;
}

/** What an operation spends on critical paths, in mean milliseconds a trace, wherever it was called. */
export interface FlameChange {
  readonly service: string;
  readonly operation: string;
  readonly self: number;
  readonly baseSelf: number;
}

const changesMax = 100;

/** Lays `tree` out; beside `base`, where that is given: operations that are in only one of them take no time in the other. */
export function flameOf(tree: FlameTree, base?: FlameTree): Flame {
  const nodes: FlameNode[] = [];
  const perTrace = (time: number | undefined, of: FlameTree): number =>
    (time ?? 0) / Math.max(1, of.traces) / 1_000;
  const lay = (parent: number, branch: FlameBranch | undefined, before: FlameBranch | undefined): void => {
    const { service, operation } = (branch ?? before)!;
    const place = nodes.length;
    nodes.push({
      parent,
      service,
      operation,
      total: perTrace(branch?.total, tree),
      self: perTrace(branch?.self, tree),
      presence: (branch?.traces ?? 0) / Math.max(1, tree.traces),
      baseTotal: base && perTrace(before?.total, base),
      baseSelf: base && perTrace(before?.self, base),
    });
    layChildren(place, branch, before);
  };
  const layChildren = (
    place: number,
    branch: FlameBranch | undefined,
    before: FlameBranch | undefined,
  ): void => {
    const keys = new Set([...(branch?.children.keys() ?? []), ...(before?.children.keys() ?? [])]);
    const weight = (key: string): number =>
      (branch?.children.get(key) ?? before?.children.get(key))?.total ?? 0;
    for (const key of [...keys].sort((one, other) => weight(other) - weight(one))) {
      lay(place, branch?.children.get(key), before?.children.get(key));
    }
  };
  layChildren(-1, tree.top, base?.top);
  return { traces: tree.traces, baseTraces: base?.traces, nodes, changes: base ? changesIn(nodes) : [] };
}

function changesIn(nodes: readonly FlameNode[]): FlameChange[] {
  const changes = new Map<string, { service: string; operation: string; self: number; baseSelf: number }>();
  for (const { service, operation, self, baseSelf } of nodes) {
    const key = `${service}\n${operation}`;
    const change = changes.get(key) ?? { service, operation, self: 0, baseSelf: 0 };
    change.self += self;
    change.baseSelf += baseSelf ?? 0;
    changes.set(key, change);
  }
  const size = ({ self, baseSelf }: FlameChange): number => Math.abs(self - baseSelf);
  return [...changes.values()].sort((one, other) => size(other) - size(one)).slice(0, changesMax);
}
