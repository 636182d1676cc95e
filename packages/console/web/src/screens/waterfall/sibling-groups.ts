import { children, descendants, type SpanTree } from './span-tree.ts';

/** Calls of one name by one span, so many that one row stands for them. */
export interface SiblingGroup {
  /** The first of them; its row is the group's. */
  readonly head: number;
  /** In order of their start, the head too. */
  readonly members: Int32Array;
  /** Milliseconds of all of them together, those that run at the same time counted each. */
  readonly total: number;
  readonly slowest: number;
  readonly errors: number;
  /** Milliseconds on the critical path. */
  readonly critical: number;
  /** Stretches in which any of them was under way: pairs of start and end, milliseconds after the trace's start. */
  readonly stretches: Float64Array;
}

export interface SiblingGroups {
  /** By their head. */
  readonly byHead: ReadonlyMap<number, SiblingGroup>;
  /** The head of each span's group; -1 where it has none. */
  readonly heads: Int32Array;
}

const membersMin = 10;
/** A call that led to more than its answer is worth a row of its own. */
const belowMax = 3;

/** The calls of a trace that are repeated. */
export function siblingGroups(tree: SpanTree, criticalTimes: Float64Array): SiblingGroups {
  const { count, view } = tree;
  const byHead = new Map<number, SiblingGroup>();
  const heads = new Int32Array(count).fill(-1);
  for (let parent = 0; parent < count; parent++) {
    if (descendants(tree, parent) < membersMin) continue;
    const alike = new Map<string, number[]>();
    for (const child of children(tree, parent)) {
      if (descendants(tree, child) > belowMax) continue;
      const key = `${view.service[child]} ${view.operation[child]} ${view.kinds[child]}`;
      const members = alike.get(key);
      if (members === undefined) alike.set(key, [child]);
      else members.push(child);
    }
    for (const members of alike.values()) {
      if (members.length < membersMin) continue;
      const group = groupOf(tree, members, criticalTimes);
      byHead.set(group.head, group);
      for (const member of members) heads[member] = group.head;
    }
  }
  return { byHead, heads };
}

function groupOf(
  { view, starts, durations, ends }: SpanTree,
  members: number[],
  criticalTimes: Float64Array,
): SiblingGroup {
  const stretches: number[] = [];
  let [total, slowest, errors, critical] = [0, 0, 0, 0];
  for (const member of members) {
    const [start, duration] = [starts[member]!, durations[member]!];
    total += duration;
    slowest = Math.max(slowest, duration);
    if (view.statuses[member] === 2) errors++;
    for (let span = member; span < ends[member]!; span++) critical += criticalTimes[span]!;
    const last = stretches.length - 1;
    if (last > 0 && start <= stretches[last]!) stretches[last] = Math.max(stretches[last]!, start + duration);
    else stretches.push(start, start + duration);
  }
  return {
    head: members[0]!,
    members: Int32Array.from(members),
    total,
    slowest,
    errors,
    critical,
    stretches: Float64Array.from(stretches),
  };
}

/** Those that are summed up, when some are opened: by their heads. */
export function summedGroups(
  { byHead }: SiblingGroups,
  opened: ReadonlySet<number>,
): ReadonlyMap<number, SiblingGroup> {
  if (opened.size === 0) return byHead;
  return new Map([...byHead].filter(([head]) => !opened.has(head)));
}

/** Marks, with those of a group's members given to its head as well. */
export function headMarks(marks: Uint8Array, summed: ReadonlyMap<number, SiblingGroup>): Uint8Array {
  const lifted = Uint8Array.from(marks);
  for (const { head, members } of summed.values()) {
    if (members.some((member) => marks[member] === 1)) lifted[head] = 1;
  }
  return lifted;
}
