import { formatMicros, toMicros } from '@holdfast/core';
import type { Choice } from '../choices/choices.ts';
import type { Fault } from '../plan/fault-plan.ts';
import type { RunResult } from '../scenario/run-result.ts';

/** How many things somebody who wants to understand a run has to know: its faults, choices and operations. */
export function decisionsOf({ plan, choices, operations, order }: RunResult): number {
  return (plan.faults?.length ?? 0) + choices.length + operations.length + reorderings(order);
}

/** At how many instants the order was not that of arming. */
function reorderings(order: readonly number[] = []): number {
  return order.filter((choice) => choice !== 0).length;
}

/** Such as `'9 decisions: 2 faults, 1 choice, 6 operations'`. */
export function countDecisions(result: RunResult): string {
  const { plan, choices, operations, order } = result;
  const counts = [
    counted(plan.faults?.length ?? 0, 'fault'),
    counted(choices.length, 'choice'),
    counted(operations.length, 'operation'),
    ...(order === undefined ? [] : [counted(reorderings(order), 'reordering')]),
  ];
  return `${counted(decisionsOf(result), 'decision')}: ${counts.join(', ')}`;
}

/**
 * The conditions, and a line for each decision in the order of time. At most `linesMax`, and how many are left out.
 */
export function describeDecisions(result: RunResult, linesMax: number): readonly string[] {
  const { network = {}, disk = {}, switches } = result.plan;
  const conditions = Object.entries({ network, disk, switches: switches === undefined ? {} : { switches } });
  const timed = [
    ...(result.plan.faults ?? []).map((fault) => ({ at: toMicros(fault.at), text: describeFault(fault) })),
    ...result.operations.map(({ at, client, operation }) => ({
      at,
      text: `${client}: ${JSON.stringify(operation)}`,
    })),
    ...result.choices.map((choice) => ({ at: choice.at ?? 0, text: `by chance: ${describeChoice(choice)}` })),
  ].sort((one, other) => one.at - other.at);
  const lines = [
    ...conditions
      .filter(([, condition]) => Object.keys(condition).length > 0)
      .map(([name, condition]) => `${'all along'.padStart(9)}  ${name} ${JSON.stringify(condition)}`),
    ...timed.map(({ at, text }) => `${formatMicros(at).padStart(9)}  ${text}`),
  ];
  if (lines.length <= linesMax) return lines;
  return [...lines.slice(0, linesMax), `and ${lines.length - linesMax} more`];
}

function describeFault({ at: _at, for: length, kind, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${describeValue(value)}`);
  const lasting = length === undefined ? 'to the end of the storm' : `for ${formatMicros(toMicros(length))}`;
  return [kind, ...details, lasting].join(' ');
}

function describeValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function describeChoice({ kind, subject, ordinal }: Choice): string {
  return [kind, subject, ordinal > 0 ? `#${ordinal}` : ''].filter((word) => word !== '').join(' ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
