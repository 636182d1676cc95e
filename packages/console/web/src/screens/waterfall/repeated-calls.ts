import { formatDuration } from '../../format/duration.ts';
import { formatCount, formatShare } from '../../format/number.ts';
import type { SiblingGroup, SiblingGroups } from './sibling-groups.ts';
import type { SpanTree } from './span-tree.ts';

/** Calls that are repeated, to be told since they take a good part of the trace's time. */
export interface RepeatedCalls {
  readonly group: SiblingGroup;
  /** What is called, and whose call it is: `SELECT prices of cart`. */
  readonly called: string;
  readonly sentence: string;
}

const shareMin = 0.1;

/** The repeated calls that hold most of the critical path, where they hold a tenth of it or more. */
export function repeatedCalls(
  { view, parents }: SpanTree,
  { byHead }: SiblingGroups,
  criticalTimes: Float64Array,
): RepeatedCalls | undefined {
  const [group] = [...byHead.values()].sort((one, other) => other.critical - one.critical);
  const way = criticalTimes.reduce((sum, time) => sum + time, 0);
  if (group === undefined || way === 0 || group.critical / way < shareMin) return undefined;
  const { head, members, critical } = group;
  const nameOf = (span: number): string => view.operations[view.operation[span]!]!;
  const caller = parents[head]!;
  const how = isInTurn(group) ? 'one after another' : 'some at the same time';
  const serviceOf = (span: number): string => view.services[view.service[span]!]!;
  return {
    group,
    called: `${nameOf(head)} of ${serviceOf(head)}`,
    sentence: `${nameOf(caller)} of ${serviceOf(caller)} makes ${formatCount(members.length)} calls of ${nameOf(head)}, ${how}: ${formatDuration(critical)}, ${formatShare(critical / way)} of the critical path.`,
  };
}

/** Whether hardly any of them began before the one before had ended. */
function isInTurn({ members, stretches }: SiblingGroup): boolean {
  return stretches.length / 2 > members.length * 0.8;
}
