import type { Trial } from './trial.ts';
import type { Verdict } from './verdict.ts';

/** A trial that has been held. */
export interface TriedStorm {
  readonly trial: Trial;
  readonly verdict: Verdict;
}

const heading = [
  'seed',
  'trouble',
  'of',
  'orders/s',
  'blamed',
  'first',
  'first two',
  'after',
  'in the calm',
  '',
];

/** All trials as a table for people, a line each. */
export function renderTrials(tried: readonly TriedStorm[]): string {
  const rows = [heading, ...tried.map(rowOf)];
  const widths = heading.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function rowOf({ trial, verdict }: TriedStorm): string[] {
  const { looks, noticedAfter } = verdict;
  return [
    String(trial.seed),
    trial.fault.trouble.kind,
    trial.fault.service,
    String(trial.ordersPerSecond),
    verdict.named ?? 'nobody',
    `${verdict.first} of ${looks}`,
    `${verdict.firstTwo} of ${looks}`,
    noticedAfter === undefined ? 'never' : `${(noticedAfter / 1_000).toFixed(1)} s`,
    `${verdict.falseAlarms} of ${verdict.calmLooks}`,
    verdict.right ? 'right' : 'WRONG',
  ];
}
